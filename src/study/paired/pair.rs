//! Two paths of one trial side by side: their steps in one order, shared ones once, and what differs when.

use super::path::{Deed, Path, cell, evaluate};
use detente_model::scenario::{Clock, Expression, Scenario, Symbol};
use detente_report::paired::{Difference, DifferenceKind, Steps};
use std::collections::BTreeSet;

/// A step of one path, or of both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Joint {
    pub t: f64,
    pub steps: Steps,
}

/// Two paths of one trial.
pub(super) struct Pair<'a> {
    pub scenario: &'a Scenario,
    pub paths: [Path<'a>; 2],
    /// All steps of both, in the order of time.
    pub joints: Vec<Joint>,
    /// After so many joints the steps done on each path.
    done: Vec<[usize; 2]>,
    /// The joint that each step is.
    joint_of: [Vec<usize>; 2],
    /// For each event its rank among those due at one time.
    ranks: Vec<usize>,
}

/// Whether two times are one but for rounding.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(1.0)
}

/// What a symbol is among the things that differ.
fn kind(symbol: Symbol) -> DifferenceKind {
    match symbol {
        Symbol::Lever(_) => DifferenceKind::Lever,
        Symbol::Parameter(_) => DifferenceKind::Parameter,
        Symbol::Factor(_) => DifferenceKind::Factor,
        Symbol::Level => DifferenceKind::Level,
        _ => DifferenceKind::Variable,
    }
}

/// The value of each leaf of an expression, on each path.
pub(super) type Leaves<'l> = [&'l dyn Fn(Symbol) -> f64; 2];

impl<'a> Pair<'a> {
    pub fn new(paths: [Path<'a>; 2]) -> Self {
        let scenario = &paths[0].loaded.scenario;
        let names: Vec<&str> = paths[0].loaded.program.event_names().collect();
        let rank = |name: &str| names.iter().position(|known| *known == name);
        let ranks = scenario.events.iter().map(|event| {
            let rank = rank(&event.name).unwrap_or(0);
            // Instant events come first.
            match event.clock {
                Clock::Instant => rank,
                _ => rank + names.len(),
            }
        });
        let mut pair = Self {
            scenario,
            ranks: ranks.collect(),
            paths,
            joints: Vec::new(),
            done: vec![[0; 2]],
            joint_of: [Vec::new(), Vec::new()],
        };
        let mut done = [0; 2];
        while let Some(joint) = pair.next(done) {
            for side in [0, 1] {
                if joint.steps[side].is_some() {
                    done[side] += 1;
                    pair.joint_of[side].push(pair.joints.len());
                }
            }
            pair.joints.push(joint);
            pair.done.push(done);
        }
        pair
    }

    /// What comes next after so many steps on each path.
    fn next(&self, done: [usize; 2]) -> Option<Joint> {
        let time = |side: usize| Some(self.paths[side].steps().get(done[side])?.t);
        let only = |side: usize, t: f64| {
            let mut steps = [None, None];
            steps[side] = Some(done[side]);
            Some(Joint { t, steps })
        };
        let [a, b] = match [time(0), time(1)] {
            [Some(a), Some(b)] => [a, b],
            [Some(a), None] => return only(0, a),
            [None, Some(b)] => return only(1, b),
            [None, None] => return None,
        };
        if !close(a, b) {
            return if a < b { only(0, a) } else { only(1, b) };
        }
        if self.same_deed(done) {
            let steps = done.map(Some);
            return Some(Joint { t: a, steps });
        }
        let a_comes_in_b = self.comes_later(1, done);
        let b_comes_in_a = self.comes_later(0, done);
        let a_first = match (a_comes_in_b, b_comes_in_a) {
            (true, false) => false,
            (false, true) => true,
            _ => self.rank(0, done[0]) <= self.rank(1, done[1]),
        };
        if a_first { only(0, a) } else { only(1, b) }
    }

    /// Whether a step of each path is the same firing, or the choice of a rule of the same name.
    fn same_deed(&self, steps: [usize; 2]) -> bool {
        let [a, b] = [0, 1].map(|side| (&self.paths[side], steps[side]));
        match (a.0.deeds[a.1], b.0.deeds[b.1]) {
            (Deed::Event(a), Deed::Event(b)) => a == b,
            (Deed::Rule(_), Deed::Rule(_)) => a.0.steps()[a.1].name == b.0.steps()[b.1].name,
            _ => false,
        }
    }

    /// Whether a path does later at this instant what the other one does now.
    fn comes_later(&self, side: usize, done: [usize; 2]) -> bool {
        let steps = self.paths[side].steps();
        let now = steps[done[side]].t;
        let later = (done[side] + 1..steps.len()).take_while(|step| close(steps[*step].t, now));
        later.into_iter().any(|step| {
            let mut pair = done;
            pair[side] = step;
            self.same_deed(pair)
        })
    }

    fn rank(&self, side: usize, step: usize) -> usize {
        match self.paths[side].deeds[step] {
            Deed::Event(event) => self.ranks[event],
            Deed::Rule(_) => usize::MAX,
        }
    }

    /// The joint of some steps.
    pub fn joint(&self, steps: Steps) -> Option<usize> {
        let mut sides = steps.into_iter().zip(&self.joint_of);
        sides.find_map(|(step, joints)| joints.get(step?).copied())
    }

    /// The joint of a step of one path.
    pub fn joint_of(&self, side: usize, step: usize) -> usize {
        self.joint_of[side][step]
    }

    /// What a joint is, and the path and step that say so.
    pub fn deed(&self, joint: usize) -> (Deed, usize, usize) {
        let steps = self.joints[joint].steps;
        let side = usize::from(steps[0].is_none());
        let step = steps[side].unwrap_or(0);
        (self.paths[side].deeds[step], side, step)
    }

    /// Whether a path has no step left after some joints.
    pub fn ended(&self, side: usize, at: usize) -> bool {
        self.done[at][side] == self.paths[side].steps().len()
    }

    /// When the state after some joints begins.
    pub fn since_when(&self, at: usize) -> f64 {
        at.checked_sub(1).map_or(0.0, |joint| self.joints[joint].t)
    }

    /// Whether the state after some joints lasts.
    pub fn lasts(&self, at: usize) -> bool {
        let end = self
            .joints
            .get(at)
            .map_or(self.paths[0].told.horizon, |joint| joint.t);
        !close(end, self.since_when(at)) || at == self.joints.len()
    }

    /// The value of a symbol on a path after some joints, at a time.
    pub fn leaf(&self, side: usize, symbol: Symbol, at: usize, t: f64) -> f64 {
        self.paths[side].leaf(symbol, self.done[at][side], t)
    }

    /// The value of an expression on a path after some joints, at a time.
    pub fn value(&self, side: usize, expression: &Expression, at: usize, t: f64) -> f64 {
        evaluate(self.scenario, expression, &|symbol| {
            self.leaf(side, symbol, at, t)
        })
    }

    /// The values of an expression after some joints, at a time.
    pub fn values(&self, expression: &Expression, at: usize, t: f64) -> [f64; 2] {
        [0, 1].map(|side| self.value(side, expression, at, t))
    }

    /// Those values, if they differ.
    pub fn differing(&self, expression: &Expression, at: usize, t: f64) -> Option<[f64; 2]> {
        let values = self.values(expression, at, t);
        (values[0].to_bits() != values[1].to_bits()).then_some(values)
    }

    /// The names through which an expression differs after some joints, at a time.
    pub fn through(&self, expression: &Expression, at: usize, t: f64) -> Vec<Difference> {
        let [a, b] = [0, 1].map(|side| move |symbol| self.leaf(side, symbol, at, t));
        self.through_leaves(expression, [&a, &b], at)
    }

    /// The names through which an expression differs, given the values of its leaves: those that alone carry most of the
    /// difference from one path to the other first, and those that alone carry none not at all, if others do. Behind
    /// factors and levels that differ from the start stand the names that these are read off.
    pub fn through_leaves(
        &self,
        expression: &Expression,
        leaves: Leaves<'_>,
        at: usize,
    ) -> Vec<Difference> {
        let mut symbols = BTreeSet::new();
        self.scenario.symbols_below(expression, &mut symbols);
        let leaf = |symbol: &Symbol| !matches!(symbol, Symbol::Derived(_) | Symbol::Obligation(_));
        let values = leaves.map(|leaf| evaluate(self.scenario, expression, leaf));
        let mut found = Vec::new();
        for symbol in symbols.into_iter().filter(leaf) {
            let held = leaves.map(|leaf| leaf(symbol));
            if held[0].to_bits() == held[1].to_bits() {
                continue;
            }
            let swayed = [0, 1].map(|side| {
                let swapped = |other: Symbol| {
                    if other == symbol {
                        held[1 - side]
                    } else {
                        leaves[side](other)
                    }
                };
                (evaluate(self.scenario, expression, &swapped) - values[side]).abs()
            });
            let sway = swayed[0].max(swayed[1]);
            found.push((if sway.is_nan() { 0.0 } else { sway }, symbol, held));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        if found.first().is_some_and(|(sway, ..)| *sway > 0.0) {
            found.retain(|(sway, ..)| *sway > 0.0);
        }
        let mut all: Vec<Difference> = Vec::new();
        for (_, symbol, held) in found {
            let difference = self.difference(symbol, held, at);
            let below = match difference.since {
                None => self.behind(symbol, at),
                Some(_) => Vec::new(),
            };
            for one in [difference].into_iter().chain(below) {
                if !all
                    .iter()
                    .any(|known| known.kind == one.kind && known.name == one.name)
                {
                    all.push(one);
                }
            }
        }
        all
    }

    /// The names that a factor or the level is read off, where they differ.
    fn behind(&self, symbol: Symbol, at: usize) -> Vec<Difference> {
        let doctrine = self.scenario.doctrine.iter();
        let conditions: Vec<&Expression> = match symbol {
            Symbol::Level => doctrine
                .flat_map(|d| &d.rules)
                .map(|(_, rule)| rule)
                .collect(),
            Symbol::Factor(index) => doctrine.map(|d| &d.factors[index].active_when).collect(),
            _ => Vec::new(),
        };
        let differing = conditions
            .into_iter()
            .filter(|condition| self.differing(condition, at, 0.0).is_some());
        differing
            .flat_map(|condition| self.through(condition, at, 0.0))
            .collect()
    }

    /// A symbol with its two values after some joints.
    pub fn difference(&self, symbol: Symbol, values: [f64; 2], at: usize) -> Difference {
        let name = match symbol {
            Symbol::Factor(index) => self.paths[0].told.factors[index].name.clone(),
            _ => self.scenario.name_of(symbol),
        };
        let since = cell(self.scenario, symbol).and_then(|cell| self.differs_since(cell, at));
        Difference {
            kind: kind(symbol),
            name,
            values: values.map(|value| self.paths[0].held(symbol, value)),
            since: since.map(|joint| self.joints[joint].steps),
        }
    }

    /// The joint since which a cell, which differs after some joints, has differed without a break; none since the start.
    fn differs_since(&self, cell: usize, at: usize) -> Option<usize> {
        let mut changes: Vec<(usize, usize, f64)> = Vec::new();
        let mut held = [0.0; 2];
        for side in [0, 1] {
            for (done, value) in self.paths[side].history(cell) {
                match done.checked_sub(1) {
                    None => held[side] = *value,
                    Some(step) => changes.push((self.joint_of[side][step], side, *value)),
                }
            }
        }
        changes.sort_by_key(|(joint, side, _)| (*joint, *side));
        let differ = |held: [f64; 2]| held[0].to_bits() != held[1].to_bits();
        let (mut since, mut differs) = (None, differ(held));
        for same in changes.chunk_by(|a, b| a.0 == b.0) {
            let joint = same[0].0;
            if joint >= at {
                break;
            }
            for (_, side, value) in same {
                held[*side] = *value;
            }
            if differ(held) && !differs {
                since = Some(joint);
            }
            differs = differ(held);
        }
        since.filter(|_| differs)
    }

    /// Whether a joint gives a cell, a lever aside, two values that had one.
    pub fn parted_cells(&self, joint: usize) -> Vec<Symbol> {
        let steps = self.joints[joint].steps;
        let changed = steps.iter().zip(&self.paths);
        let changed = changed.flat_map(|(step, path)| step.map_or(&[][..], |at| &path.changed[at]));
        let changed: BTreeSet<usize> = changed.copied().collect();
        let symbols = super::path::cells(self.scenario);
        let differs = |symbol: Symbol, at: usize| {
            let held = [0, 1].map(|side| self.leaf(side, symbol, at, 0.0).to_bits());
            held[0] != held[1]
        };
        let parted = changed.into_iter().map(|cell| symbols[cell]);
        parted
            .filter(|symbol| !matches!(symbol, Symbol::Lever(_)))
            .filter(|symbol| differs(*symbol, joint + 1) && !differs(*symbol, joint))
            .collect()
    }

    /// The first firing that is not the same on both paths.
    pub fn parting(&self) -> Option<usize> {
        (0..self.joints.len()).find(
            |joint| match (self.deed(*joint), self.joints[*joint].steps) {
                ((Deed::Rule(_), ..), _) => false,
                (_, [Some(a), Some(b)]) => {
                    self.paths[0].steps()[a].branch != self.paths[1].steps()[b].branch
                        || !self.parted_cells(*joint).is_empty()
                }
                _ => true,
            },
        )
    }
}
