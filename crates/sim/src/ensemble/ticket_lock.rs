//! Who may begin the next chunk: threads go through in order and not too far ahead of the merging.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Hands out chunk numbers.
pub(super) struct TicketLock {
    state: Mutex<State>,
    moved: Condvar,
    chunks: u64,
    ahead: u64,
}

struct State {
    next: u64,
    merged: u64,
    closed: bool,
}

impl TicketLock {
    /// Numbers 0 to `chunks - 1`, at most `ahead` beyond those merged.
    pub fn new(chunks: u64, ahead: u64) -> Self {
        Self {
            state: Mutex::new(State {
                next: 0,
                merged: 0,
                closed: false,
            }),
            moved: Condvar::new(),
            chunks,
            ahead,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next number, once its turn has come; none at the end or after closing.
    pub fn enter(&self) -> Option<u64> {
        let mut state = self.lock();
        while !state.closed && state.next < self.chunks && state.next >= state.merged + self.ahead {
            state = self
                .moved
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed || state.next >= self.chunks {
            return None;
        }
        state.next += 1;
        Some(state.next - 1)
    }

    /// Says that all numbers below `merged` are done with.
    pub fn leave(&self, merged: u64) {
        self.lock().merged = merged;
        self.moved.notify_all();
    }

    /// Lets nobody else through.
    pub fn close(&self) {
        self.lock().closed = true;
        self.moved.notify_all();
    }

    /// A guard that closes the lock if its thread panics, so that no other waits for it.
    pub fn close_on_panic(&self) -> impl Drop + '_ {
        struct Guard<'a>(&'a TicketLock);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                if std::thread::panicking() {
                    self.0.close();
                }
            }
        }
        Guard(self)
    }
}
