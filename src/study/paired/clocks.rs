//! Why a clock fires on one path and not, or not then, on the other.
//!
//! Both paths share the clock's unit exponential, so that its guard, its hazard or its law must have differed since the
//! last firing that both share.

use super::pair::Pair;
use detente_model::scenario::{Clock, Drive, Event, Memory};
use detente_report::paired::{Reason, ReasonKind};

/// Why firing `number` of an event happens at a joint on one path alone. Asked for the first difference, it is that from
/// which on the clocks went apart; else that at the firing, if there is one then.
pub(super) fn reason(
    pair: &Pair,
    event: usize,
    number: usize,
    joint: usize,
    first: bool,
) -> Option<Reason> {
    let definition = &pair.scenario.events[event];
    let then = difference(pair, definition, joint, pair.joints[joint].t);
    if !first && then.is_some() {
        return then;
    }
    if let Some(since) = pair.out_of_step(event, number) {
        let since = pair.joints[since];
        return Some(Reason {
            follows: Some(since.steps),
            ..Reason::bare(ReasonKind::Clock, since.t)
        });
    }
    let renewed = number.checked_sub(1).map_or(0, |last| {
        let step = pair.paths[0].firings[event][last];
        pair.joint_of(0, step) + 1
    });
    let began = first_difference(pair, definition, (renewed, joint), true)
        .or_else(|| first_difference(pair, definition, (renewed, joint), false))?;
    let changed = then.filter(|then| then.kind == began.kind && then.values != began.values);
    Some(Reason {
        values_then: changed.and_then(|then| then.values),
        ..began
    })
}

/// What differs of a running clock after some joints: its guard, else what drives it.
fn difference(pair: &Pair, event: &Event, at: usize, t: f64) -> Option<Reason> {
    if let Some(guard) = &event.when {
        if let Some(reason) = pair.condition(ReasonKind::Guard, guard, at, t) {
            return Some(reason);
        }
        if pair.value(0, guard, at, t) == 0.0 {
            return None;
        }
    }
    match &event.clock {
        Clock::Rate(rate) => pair.quantity(ReasonKind::Rate, rate, at, t),
        Clock::Law { drive, .. } => match drive {
            Drive::None => None,
            Drive::HazardRatio(ratio) => pair.quantity(ReasonKind::HazardRatio, ratio, at, t),
            Drive::Speed(speed) => pair.quantity(ReasonKind::Speed, speed, at, t),
        },
        _ => None,
    }
}

/// The first difference between two joints; of states that last, or of all. An argument of the law counts where both
/// clocks start.
fn first_difference(
    pair: &Pair,
    event: &Event,
    (from, to): (usize, usize),
    lasting: bool,
) -> Option<Reason> {
    let (mut ran, mut started) = ([false; 2], [false; 2]);
    for at in from..=to {
        let t = if at == from && from == 0 {
            0.0
        } else {
            pair.since_when(at)
        };
        let runs = [0, 1].map(|side| {
            let guard = event.when.as_ref();
            guard.is_none_or(|guard| pair.value(side, guard, at, t) != 0.0)
        });
        let starts = [0, 1].map(|side| {
            let anew = match &event.clock {
                Clock::Law { memory, .. } => *memory == Memory::Restart || !started[side],
                _ => false,
            };
            runs[side] && !ran[side] && anew
        });
        if !lasting || pair.lasts(at) {
            let law = match &event.clock {
                Clock::Law { law, .. } if starts == [true; 2] => {
                    pair.argument(ReasonKind::Law, law, at, t)
                }
                _ => None,
            };
            if let Some(reason) = law.or_else(|| difference(pair, event, at, t)) {
                return Some(reason);
            }
        }
        for side in [0, 1] {
            ran[side] = runs[side];
            started[side] |= runs[side];
        }
    }
    None
}
