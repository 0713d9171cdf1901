//! An observer that follows clocks by the formulas of docs/formalism.md, on its own numbers: the compensator of each firing
//! and the hazards of all clocks just before it. From the engine it takes what fired, when, and the state after it.

use super::laws::Law;
use detente_sim::engine::{ClockReading, Clocks, Firing, Observer};
use detente_sim::program::{Program, Slot};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::ops::ControlFlow;

/// The state, by name.
#[derive(Debug, Default)]
pub struct World {
    names: Vec<String>,
    values: Vec<f64>,
}

impl World {
    pub fn get(&self, name: &str) -> f64 {
        let place = self.names.iter().position(|known| known == name);
        self.values[place.unwrap_or_else(|| panic!("no variable `{name}`"))]
    }
}

type Number = Box<dyn Fn(&World) -> f64>;

/// What drives a clock.
pub enum Drive {
    HazardRatio(Number),
    Speed(Number),
}

/// A clock as the scenario has it.
pub struct Clock {
    pub event: String,
    pub guard: Box<dyn Fn(&World) -> bool>,
    /// The law that it would start with now. A rate is an exponential law of rate 1 under a hazard ratio.
    pub law: Box<dyn Fn(&World) -> Law>,
    pub drive: Option<Drive>,
    pub resumes: bool,
}

/// A clock between two firings.
struct Running {
    law: Option<Law>,
    age: f64,
    /// Integrated hazard since the last firing, over lives that ended without one too.
    spent: f64,
    /// Hazard ratio and speed; none while the guard fails.
    driven: Option<[f64; 2]>,
}

/// What a trial showed.
pub struct Tracker {
    clocks: Vec<Clock>,
    world: World,
    running: Vec<Running>,
    now: f64,
    /// For each event of the program the clock that it has here.
    places: Vec<Option<usize>>,
    /// Randomises probability transforms at atoms.
    random: Xoshiro256PlusPlus,
    /// Each clock's compensators, firing by firing: unit exponentials.
    pub spent: Vec<Vec<f64>>,
    /// For each firing of a clock here which one it was, and the hazard of each just before.
    pub races: Vec<(usize, Vec<f64>)>,
    /// The clock that rang last, and what it read.
    rung: Option<(u32, ClockReading)>,
    /// How many readings were compared with the hazards followed here, and the last one that differed.
    pub read: u64,
    pub misread: Option<String>,
}

impl Tracker {
    pub fn new(clocks: Vec<Clock>, seed: u64) -> Self {
        Self {
            clocks,
            world: World::default(),
            running: Vec::new(),
            now: 0.0,
            places: Vec::new(),
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
            spent: Vec::new(),
            races: Vec::new(),
            rung: None,
            read: 0,
            misread: None,
        }
    }

    /// Lets time pass under the old state.
    fn advance(&mut self, time: f64) {
        let passed = time - self.now;
        self.now = time;
        for running in &mut self.running {
            if let (Some([ratio, speed]), Some(law)) = (running.driven, &running.law) {
                let older = running.age + speed * passed;
                if law.has_density() && ratio > 0.0 && older > running.age {
                    // Past the law's end, where only a fault leads, it stays finite.
                    let [from, to] =
                        [running.age, older].map(|age| law.cumulative_hazard(age).min(700.0));
                    running.spent += ratio * (to - from);
                }
                running.age = older;
            }
        }
    }

    /// Starts, drives and halts clocks as the new state has it.
    fn look(&mut self) {
        for (clock, running) in self.clocks.iter().zip(&mut self.running) {
            if !(clock.guard)(&self.world) {
                if !clock.resumes && running.driven.is_some() {
                    running.end_life();
                }
                running.driven = None;
                continue;
            }
            if running.law.is_none() {
                running.law = Some((clock.law)(&self.world));
                running.age = 0.0;
            }
            running.driven = Some(match &clock.drive {
                None => [1.0, 1.0],
                Some(Drive::HazardRatio(ratio)) => [ratio(&self.world), 1.0],
                Some(Drive::Speed(speed)) => [1.0, speed(&self.world)],
            });
        }
    }

    /// The compensator of a clock that fires now. At an atom the jump of the cumulative hazard is cut at random.
    fn complete(&mut self, place: usize) -> f64 {
        let running = &mut self.running[place];
        let law = running.law.as_ref().unwrap();
        let mut spent = running.spent;
        if !law.has_density() {
            let before = law.survival_before_atom(running.age);
            let before = before.unwrap_or_else(|| panic!("{law:?} fired at age {}", running.age));
            let after = law.survival(running.age);
            let cut = self.random.random::<f64>();
            spent -= libm::log(before - cut * (before - after));
        }
        spent
    }
}

impl Running {
    /// A life that ends without a firing. What atoms have spent of the exponential is kept, as that of densities is.
    fn end_life(&mut self) {
        if let Some(law) = &self.law
            && !law.has_density()
        {
            self.spent += law.cumulative_hazard(self.age);
        }
        self.law = None;
    }
}

impl Observer for Tracker {
    fn begin(&mut self, program: &Program, memory: &[f64]) {
        self.world.names = program.slot_names().map(str::to_owned).collect();
        self.world.values = memory.to_vec();
        self.places = program
            .event_names()
            .map(|name| self.clocks.iter().position(|clock| clock.event == name))
            .collect();
        self.running = self
            .clocks
            .iter()
            .map(|_| Running {
                law: None,
                age: 0.0,
                spent: 0.0,
                driven: None,
            })
            .collect();
        self.spent = vec![Vec::new(); self.clocks.len()];
        self.races.clear();
        self.now = 0.0;
        self.look();
    }

    fn ringing(&mut self, _: &Program, event: u32, clocks: Clocks<'_>) {
        self.rung = Some((event, clocks.reading(event)));
    }

    fn fired(&mut self, _: &Program, firing: Firing, memory: &mut [f64]) -> ControlFlow<()> {
        self.advance(firing.time);
        if let Some(place) = self.places[firing.event as usize] {
            let hazards = self
                .running
                .iter()
                .map(|running| match (&running.law, running.driven) {
                    (Some(law), Some([ratio, speed])) => ratio * speed * law.hazard(running.age),
                    _ => 0.0,
                });
            let hazards: Vec<f64> = hazards.collect();
            let has_density = self.running[place].law.as_ref();
            if let Some((event, reading)) = self.rung.take()
                && event == firing.event
                && has_density.is_some_and(Law::has_density)
            {
                // The clock's own reading against the hazard followed here.
                let (spent, hazard) = (self.running[place].spent, hazards[place]);
                // Times are rounded, which tells where the hazard is great.
                let rounding = 1e-9 * (1.0 + spent) + 1e-14 * hazard * self.now;
                let near = (reading.since_fired - spent).abs() <= rounding
                    && ((reading.hazard - hazard).abs() <= 1e-6 * hazard
                        || reading.hazard == hazard);
                if !near {
                    self.misread = Some(format!("{reading:?}, not {hazard} and {spent}"));
                }
                self.read += 1;
            }
            self.races.push((place, hazards));
            let spent = self.complete(place);
            self.spent[place].push(spent);
            self.running[place].law = None;
            self.running[place].spent = 0.0;
        }
        self.world.values.copy_from_slice(memory);
        self.look();
        ControlFlow::Continue(())
    }

    fn changed(&mut self, _: &Program, _: Slot) {}

    fn hold(&mut self, _: &Program, _: &mut [f64], _: f64) {}

    fn end(&mut self, _: &Program, _: &mut [f64], _: &[u64]) {}
}
