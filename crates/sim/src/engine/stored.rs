//! A trial's state as data, to be written and read again.

use super::engine::Engine;
use super::hazard_clock::HazardClock;
use super::law_clock::{Driven, LawClock};
use super::pending::{Instance, Pending};
use super::state::TrialState;
use super::timer::Timer;
use crate::program::{Clock, LawSource, MAX_LAW_ARGUMENTS, Program, Shape, StartedLaw};
use crate::stream::TrialStreams;
use detente_model::lifetime::Law;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};
use thiserror::Error;

/// The form of stored states. A state of another form is refused.
const VERSION: u32 = 1;

/// A trial's state as data. Numbers stand as the bits of doubles, so that infinities survive any format and nothing is rounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredState {
    version: u32,
    /// Of the program that it belongs to.
    fingerprint: u64,
    seed: u64,
    trial: u64,
    branch: u64,
    now: u64,
    over: bool,
    slots: Vec<u64>,
    clocks: Vec<StoredClock>,
    rules: Vec<(bool, u64)>,
    policy_begun: bool,
    pending: Vec<StoredInstance>,
    started: u64,
    events: u64,
    steps: u64,
    steps_now: u64,
    steps_last: Vec<u32>,
}

/// What a state holds of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredClock {
    fired: u64,
    dates_passed: u64,
    redrawn: u64,
    enabled: bool,
    drawn: u64,
    left_when_enabled: u64,
    /// Of a memoryless clock: hazard, left, since.
    hazard: [u64; 3],
    law: Option<StoredLawClock>,
}

/// A law's clock that has been started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredLawClock {
    /// Of a law whose arguments were read when it started.
    arguments: Option<[u64; MAX_LAW_ARGUMENTS]>,
    /// Age, hazard, left, since, due.
    numbers: [u64; 5],
    /// The hazard ratio, or the speed.
    ratio: Option<u64>,
    speed: Option<u64>,
}

/// A consequence or choice under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredInstance {
    due: u64,
    rank: u32,
    cause: u32,
    firing: u64,
    number: u64,
}

/// Why a stored state cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StateError {
    /// It has the form of another version of this program.
    #[error("the state has form {0}, and this program reads form {VERSION}")]
    Version(u32),
    /// It is one of another scenario, policy or set of parameter values.
    #[error("the state belongs to another scenario, policy or set of parameter values")]
    OtherProgram,
    /// It is not what any trial can leave.
    #[error("the state is damaged")]
    Damaged,
}

/// What tells a program from others whose states it cannot read: all of its shape, its slots at t = 0 and its constants.
fn fingerprint(program: &Program) -> u64 {
    struct Hash(Sha256);
    impl Write for Hash {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.update(text);
            Ok(())
        }
    }
    let mut hash = Hash(Sha256::new());
    let constants = &program.memory[..program.first_temporary as usize];
    let shape: &Shape = program;
    // Writing into a hash does not fail.
    let _ = write!(hash, "{shape:?}{constants:?}");
    let mut word = [0; 8];
    word.copy_from_slice(&hash.0.finalize()[..8]);
    u64::from_le_bytes(word)
}

impl StoredState {
    /// Whether a trial of a program can have left it, as far as what it points at goes.
    fn fits(&self, program: &Program) -> bool {
        let steps = program.events.len() + program.policy_rules.len();
        let now = f64::from_bits(self.now);
        let lengths = self.slots.len() == program.slots.len()
            && self.clocks.len() == program.events.len()
            && self.rules.len() == program.policy_rules.len();
        let slots = (0..program.time_slot as usize).zip(&self.slots);
        let mut slots = slots.map(|(slot, bits)| (slot, f64::from_bits(*bits)));
        let mut pending = self.pending.iter();
        lengths
            && now >= 0.0
            && now <= program.horizon
            && slots.all(|(slot, value)| {
                let states = program.slots[slot].states.len();
                let is_state = value >= 0.0 && value.fract() == 0.0 && value < states as f64;
                program.bounds[slot].allow(value) && (states == 0 || is_state)
            })
            && pending.all(|instance| {
                let due = f64::from_bits(instance.due);
                let known = |place: u32| (place as usize) < steps;
                due >= now && known(instance.rank) && known(instance.cause)
            })
            && self.steps_last.iter().all(|step| (*step as usize) < steps)
    }
}

impl Engine<'_> {
    /// A state as data. Observers have to be kept beside it.
    #[must_use]
    pub fn store(&self, state: &TrialState) -> StoredState {
        let program = self.program;
        let [seed, trial, branch] = state.streams.parts();
        let slots = &state.memory[..program.slots.len()];
        let clocks = (0..program.events.len()).map(|place| stored_clock(state, place));
        let rules = state.rule_holds.iter().copied();
        let pending = state.pending.in_order();
        StoredState {
            version: VERSION,
            fingerprint: fingerprint(program),
            seed,
            trial,
            branch,
            now: state.now.to_bits(),
            over: state.over,
            slots: slots.iter().map(|value| value.to_bits()).collect(),
            clocks: clocks.collect(),
            rules: rules.zip(state.rule_turned.iter().copied()).collect(),
            policy_begun: state.policy_begun,
            pending: pending.iter().map(stored_instance).collect(),
            started: state.pending.started(),
            events: state.events,
            steps: state.steps.all,
            steps_now: state.steps.now,
            steps_last: state.steps.last.clone(),
        }
    }

    /// The state that was stored.
    ///
    /// # Errors
    /// Where it was not stored by this version for the same program.
    pub fn load(&self, stored: &StoredState) -> Result<TrialState, StateError> {
        let program = self.program;
        if stored.version != VERSION {
            return Err(StateError::Version(stored.version));
        }
        if stored.fingerprint != fingerprint(program) {
            return Err(StateError::OtherProgram);
        }
        if !stored.fits(program) {
            return Err(StateError::Damaged);
        }
        let mut state = self.state();
        let streams = TrialStreams::new(stored.seed, stored.trial).on_branch(stored.branch);
        state.reset(program, streams);
        for (place, bits) in state.memory.iter_mut().zip(&stored.slots) {
            *place = f64::from_bits(*bits);
        }
        (state.now, state.over) = (f64::from_bits(stored.now), stored.over);
        for (place, (event, clock)) in (0..).zip(program.events.iter().zip(&stored.clocks)) {
            load_clock(program, &mut state, place, &event.clock, clock)?;
        }
        for (place, (holds, turned)) in stored.rules.iter().enumerate() {
            (state.rule_holds[place], state.rule_turned[place]) = (*holds, *turned);
        }
        state.policy_begun = stored.policy_begun;
        let pending = stored.pending.iter().map(loaded_instance).collect();
        state.pending = Pending::of(pending, stored.started);
        state.events = stored.events;
        (state.steps.all, state.steps.now) = (stored.steps, stored.steps_now);
        state.steps.last.extend(&stored.steps_last);
        Ok(state)
    }
}

fn stored_clock(state: &TrialState, place: usize) -> StoredClock {
    let timer = &state.timers[place];
    let hazard = [timer.hazard.hazard, timer.hazard.left, timer.hazard.since];
    StoredClock {
        fired: state.fired[place],
        dates_passed: state.dates_passed[place],
        redrawn: state.redrawn[place],
        enabled: timer.enabled,
        drawn: timer.drawn.to_bits(),
        left_when_enabled: timer.left_when_enabled.to_bits(),
        hazard: hazard.map(f64::to_bits),
        law: state.law_clocks[place].as_ref().map(|clock| {
            let numbers = [clock.age, clock.hazard, clock.left, clock.since, clock.due];
            let (ratio, speed) = match clock.driven {
                None => (None, None),
                Some(Driven::HazardRatio(ratio)) => (Some(ratio.to_bits()), None),
                Some(Driven::Speed(speed)) => (None, Some(speed.to_bits())),
            };
            StoredLawClock {
                arguments: match clock.law {
                    StartedLaw::Bound(_) => None,
                    StartedLaw::Read { arguments, .. } => Some(arguments.map(f64::to_bits)),
                },
                numbers: numbers.map(f64::to_bits),
                ratio,
                speed,
            }
        }),
    }
}

fn load_clock(
    program: &Program,
    state: &mut TrialState,
    event: u32,
    definition: &Clock,
    stored: &StoredClock,
) -> Result<(), StateError> {
    let place = event as usize;
    state.fired[place] = stored.fired;
    state.dates_passed[place] = stored.dates_passed;
    state.redrawn[place] = stored.redrawn;
    let [hazard, left, since] = stored.hazard.map(f64::from_bits);
    let hazard = HazardClock {
        hazard,
        left,
        since,
    };
    state.timers[place] = Timer {
        hazard,
        drawn: f64::from_bits(stored.drawn),
        left_when_enabled: f64::from_bits(stored.left_when_enabled),
        enabled: stored.enabled,
    };
    match definition {
        Clock::Rate(_) => state.schedule.set(event, hazard.due()),
        Clock::Calendar(_) => state.await_next_date(program, event),
        Clock::Instant => state.instants_ready += usize::from(stored.enabled),
        Clock::Law { law, .. } => {
            if let Some(clock) = &stored.law {
                let clock = loaded_law_clock(law, clock)?;
                state.schedule.set(event, clock.due);
                state.law_clocks[place] = Some(clock);
            }
        }
        Clock::After { .. } => {}
    }
    Ok(())
}

fn loaded_law_clock(source: &LawSource, stored: &StoredLawClock) -> Result<LawClock, StateError> {
    let law = match (source, stored.arguments) {
        (LawSource::Bound(place), None) => StartedLaw::Bound(*place),
        (
            LawSource::Read {
                family,
                signature,
                arguments: codes,
            },
            Some(arguments),
        ) => {
            let arguments = arguments.map(f64::from_bits);
            let law = Law::new(*family, *signature, &arguments[..codes.len()]);
            let law = law.map_err(|_| StateError::Damaged)?;
            StartedLaw::Read { law, arguments }
        }
        _ => return Err(StateError::Damaged),
    };
    let [age, hazard, left, since, due] = stored.numbers.map(f64::from_bits);
    let ratio = stored
        .ratio
        .map(|bits| Driven::HazardRatio(f64::from_bits(bits)));
    let speed = stored.speed.map(|bits| Driven::Speed(f64::from_bits(bits)));
    Ok(LawClock {
        law,
        age,
        hazard,
        left,
        since,
        driven: ratio.or(speed),
        due,
    })
}

fn stored_instance(instance: &Instance) -> StoredInstance {
    StoredInstance {
        due: instance.due.to_bits(),
        rank: instance.rank,
        cause: instance.cause,
        firing: instance.firing,
        number: instance.number,
    }
}

fn loaded_instance(stored: &StoredInstance) -> Instance {
    Instance {
        due: f64::from_bits(stored.due),
        rank: stored.rank,
        cause: stored.cause,
        firing: stored.firing,
        number: stored.number,
    }
}
