//! Tasks on many threads, their results in order on one.

use super::ticket_lock::TicketLock;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

/// Tasks that may be under way or waiting for their turn, for each thread.
const IN_FLIGHT: u64 = 4;

/// Does tasks 0 to `tasks - 1` and hands their results in order to `take`, on the caller's thread, until it breaks off. A
/// thread does its tasks with what `equip` gives it. Once `stop` is set no further task is begun, and those done that form a
/// prefix count; `take` breaks off at one that ended unfinished. So nothing depends on the number of threads but how long it takes.
pub(super) fn in_order<E, T: Send, X: From<rayon::ThreadPoolBuildError>>(
    tasks: u64,
    threads: usize,
    stop: &AtomicBool,
    equip: impl Fn() -> E + Sync,
    work: impl Fn(&mut E, u64) -> T + Sync,
    mut take: impl FnMut(T) -> Result<ControlFlow<()>, X>,
) -> Result<(), X> {
    // More threads than tasks would have nothing to do.
    let useful = usize::try_from(tasks).unwrap_or(usize::MAX).max(1);
    let threads = threads.clamp(1, useful);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let lock = TicketLock::new(tasks, IN_FLIGHT * threads as u64);
    let (sender, receiver) = mpsc::channel();

    pool.in_place_scope(|scope| {
        for _ in 0..threads {
            let (sender, lock, equip, work) = (sender.clone(), &lock, &equip, &work);
            scope.spawn(move |_| {
                let _closing = lock.close_on_panic();
                let mut equipment = equip();
                while !stop.load(Ordering::Relaxed)
                    && let Some(index) = lock.enter()
                {
                    if sender.send((index, work(&mut equipment, index))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let taken = take_in_order(&lock, &receiver, &mut take);
        lock.close();
        taken
    })
}

/// Takes results as they come and passes them on in order.
fn take_in_order<T, X>(
    lock: &TicketLock,
    receiver: &mpsc::Receiver<(u64, T)>,
    take: &mut impl FnMut(T) -> Result<ControlFlow<()>, X>,
) -> Result<(), X> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (index, result) in receiver {
        early.insert(index, result);
        while let Some(result) = early.remove(&next) {
            next += 1;
            let flow = take(result)?;
            lock.leave(next);
            if flow.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}
