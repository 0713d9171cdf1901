//! Random scenarios whose clocks meet calendars and the horizon at one instant or within the last bits of a time, and whose
//! hazards change thousands of times: where engine and oracle would part if they rounded due times differently.
//!
//! Covered: `fixed` and `empirical` under constant and changing speeds, halted, restarted and resumed; calendars and a horizon at
//! the very double at which such a clock is due; delays that end there; memoryless and Weibull clocks whose hazard changes with
//! each of up to tens of thousands of events. Not covered: laws with a density that meet a calendar, which is as rare here as anywhere.

use proptest::prelude::*;
use proptest::sample::select;
use std::fmt::Write;

const SPEEDS: [f64; 6] = [0.1, 0.3, 0.7, 1.1, 1.3, 2.3];

/// A clock with atoms at tenths, at a speed that is one of [`SPEEDS`] or changes between them.
#[derive(Debug, Clone)]
struct AtomClock {
    tenths: Vec<u32>,
    speed: f64,
    other: f64,
    changes: bool,
    guard: &'static str,
    memory: &'static str,
    priority: i32,
    /// The calendar comes at the double before the one at which it is due, at that one, or at the next.
    shift: i32,
}

impl AtomClock {
    fn law(&self) -> String {
        match self.tenths[..] {
            [one] => format!("fixed({:?})", f64::from(one) / 10.0),
            _ => {
                let ages: Vec<f64> = self.tenths.iter().map(|t| f64::from(*t) / 10.0).collect();
                format!("empirical({ages:?})")
            }
        }
    }

    fn speed(&self) -> String {
        if self.changes {
            format!("if(x > 1, {:?}, {:?})", self.speed, self.other)
        } else {
            format!("{:?}", self.speed)
        }
    }

    /// When it is due at the first of its atoms, if nothing changes, to the bit.
    fn due(&self) -> f64 {
        f64::from(self.tenths[0]) / 10.0 / self.speed
    }
}

fn atom_clock() -> impl Strategy<Value = AtomClock> {
    (
        proptest::collection::vec(1_u32..20, 1..4),
        select(&SPEEDS[..]),
        select(vec![0.0, 0.1, 0.7, 1.1, 3.0]),
        any::<bool>(),
        select(vec!["", "when = \"on == 1\", ", "when = \"x < 3\", "]),
        select(vec!["restart", "resume"]),
        -1..2,
        select(vec![0, 0, 1, -1]),
    )
        .prop_map(
            |(tenths, speed, other, changes, guard, memory, priority, shift)| AtomClock {
                tenths,
                speed,
                other,
                changes,
                guard,
                memory,
                priority,
                shift,
            },
        )
}

/// A scenario on the edge.
pub fn scenarios() -> impl Strategy<Value = String> {
    let clocks = proptest::collection::vec(atom_clock(), 1..4);
    let calendars = proptest::collection::vec((1_u32..12, -1..2, any::<bool>()), 0..3);
    // Most scenarios have few other events, every eighth thousands.
    let mixing = select(vec![0, 0, 0, 2, 2, 5, 5, 2_000]);
    (clocks, calendars, mixing, 5_u32..40, any::<bool>()).prop_map(
        |(clocks, calendars, mixing, horizon, at_due)| {
            let horizon = if at_due {
                clocks[0].due()
            } else {
                f64::from(horizon) / 10.0
            };
            let mut events = format!(
                "mix = {{ rate = {mixing}, do = [\"x = (x + 1) % 4\"] }}\n\
                 walk = {{ rate = \"0.3 + x\", do = [\"n += 1\"] }}\n\
                 wear = {{ clock = \"weibull(1.5, 2)\", hazard_ratio = \"0.2 * x\", do = [\"n += 1\"] }}\n"
            );
            for (place, clock) in clocks.iter().enumerate() {
                let (guard, memory, priority) = (clock.guard, clock.memory, clock.priority);
                let (law, speed, due) = (clock.law(), clock.speed(), clock.due());
                let due = match clock.shift {
                    0 => due,
                    1 => due.next_up(),
                    _ => due.next_down(),
                };
                let _ = write!(
                    events,
                    "c{place} = {{ {guard}clock = \"{law}\", speed = \"{speed}\", memory = \"{memory}\", do = [\"n += 1\"] }}\n\
                     halt{place} = {{ at = [{due:?}], priority = {priority}, do = [\"on = 1 - on\"] }}\n\
                     go{place} = {{ after = \"halt{place}\", delay = \"{law}\", do = [\"on = 1\", \"x = (x + 1) % 4\"] }}\n"
                );
            }
            for (place, (tenths, priority, flips)) in calendars.iter().enumerate() {
                let every = f64::from(*tenths) / 10.0;
                let effect = if *flips { "on = 1 - on" } else { "x = 3 - x" };
                let _ = writeln!(
                    events,
                    "t{place} = {{ every = {every:?}, priority = {priority}, do = [\"{effect}\"] }}"
                );
            }
            format!(
                "[scenario]\nname = \"edge\"\ntime_unit = \"year\"\nhorizon = {horizon:?}\n\
                 [variables]\nx = {{ initial = 0, min = 0, max = 3 }}\non = {{ initial = 1, min = 0, max = 1 }}\nn = {{ initial = 0 }}\n\
                 [events]\n{events}[outcomes]\nn = {{ time_average = \"n\" }}\n"
            )
        },
    )
}
