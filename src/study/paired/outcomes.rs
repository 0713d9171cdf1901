//! The outcomes that differ, and for each the chain of steps by which the difference came.

use super::pair::Pair;
use super::path::Deed;
use detente_model::scenario::{Expression, Measure};
use detente_report::paired::{Chain, Difference, Link, OutcomeDifference};
use std::collections::BTreeMap;

/// Where an outcome is decided: the number of joints done by then, and what it reads.
struct Decision<'e> {
    at: usize,
    reads: Option<&'e Expression>,
}

/// The outcomes that differ, and the steps of their chains in the order of time.
pub(super) fn outcomes(pair: &Pair, parting: Option<usize>) -> (Vec<OutcomeDifference>, Vec<Link>) {
    let [a, b] = [0, 1].map(|side| pair.paths[side].told);
    let (Some(of_a), Some(of_b)) = (&a.outcomes, &b.outcomes) else {
        return (Vec::new(), Vec::new());
    };
    let mut tracer = Tracer {
        pair,
        parting,
        links: BTreeMap::new(),
    };
    let mut found = Vec::new();
    for (place, (name, value)) in of_a.iter().enumerate() {
        let other = of_b.get(name).copied().flatten();
        let by = [a, b].map(|told| told.by.get(name).cloned());
        if *value == other && by[0] == by[1] {
            continue;
        }
        let measure = &pair.scenario.outcomes[place].measure;
        let decisions = decisions(pair, measure, *value == other);
        let chains = decisions.iter().map(|decision| tracer.chain(decision));
        let chains: Vec<(Chain, Vec<usize>)> = chains.collect();
        found.push((name, [*value, other], by, chains));
    }
    let order: BTreeMap<usize, usize> = tracer
        .links
        .keys()
        .enumerate()
        .map(|(index, joint)| (*joint, index))
        .collect();
    let found = found
        .into_iter()
        .map(|(name, values, by, chains)| OutcomeDifference {
            name: name.clone(),
            values,
            by: by.iter().any(Option::is_some).then_some(by),
            chains: chains
                .into_iter()
                .map(|(chain, joints)| Chain {
                    links: joints.iter().map(|joint| order[joint]).collect(),
                    ..chain
                })
                .collect(),
        });
    (found.collect(), tracer.links.into_values().collect())
}

/// Where an outcome is decided: on each path where that is something that happens there, else once.
fn decisions<'e>(pair: &Pair, measure: &'e Measure, same_value: bool) -> Vec<Decision<'e>> {
    let last = pair.joints.len();
    let lasting = || (0..=last).filter(|at| pair.lasts(*at));
    let of_each = |found: [Option<usize>; 2], reads: Option<&'e Expression>| {
        let mut all: Vec<usize> = found.into_iter().flatten().collect();
        all.dedup();
        all.into_iter().map(|at| Decision { at, reads }).collect()
    };
    match measure {
        Measure::Ever(condition) | Measure::FirstTime(condition, _) => {
            let first = [0, 1].map(|side| {
                let holds = |at: usize| pair.value(side, condition, at, 0.0);
                let at = lasting().find(|at| holds(*at) != 0.0)?;
                Some(back(pair, at, |at| holds(at).to_bits()))
            });
            match measure {
                Measure::FirstTime(_, Some(by)) if same_value => of_each(first, Some(&by.state)),
                _ => of_each(first, Some(condition)),
            }
        }
        Measure::Maximum(value) | Measure::Minimum(value) => {
            let largest = matches!(measure, Measure::Maximum(_));
            let extreme = [0, 1].map(|side| {
                let read = |at: usize| {
                    let value = pair.value(side, value, at, 0.0);
                    if largest { value } else { -value }
                };
                let found = lasting().map(read).fold(f64::NEG_INFINITY, f64::max);
                let at = lasting().find(|at| read(*at) >= found)?;
                // Where both have it, it decides nothing.
                pair.differing(value, at, 0.0)?;
                Some(back(pair, at, |at| read(at).to_bits()))
            });
            of_each(extreme, Some(value))
        }
        Measure::Firings(event, when) => {
            let counted = |side: usize, step: usize| {
                let at = pair.joint_of(side, step) + 1;
                let t = pair.since_when(at);
                when.as_ref()
                    .is_none_or(|when| pair.value(side, when, at, t) != 0.0)
            };
            let first = [0, 1].map(|side| {
                let mut firings = pair.paths[side].firings[*event].iter();
                let alone = firings.find(|step| {
                    let joint = &pair.joints[pair.joint_of(side, **step)];
                    let other = joint.steps[1 - side];
                    counted(side, **step) && !other.is_some_and(|step| counted(1 - side, step))
                });
                alone.map(|step| pair.joint_of(side, *step) + 1)
            });
            of_each(first, when.as_ref())
        }
        Measure::TimeShare(value)
        | Measure::Entries(value)
        | Measure::TimeAverage(value)
        | Measure::Integral(value)
        | Measure::Initial(value) => {
            let bits = |at: usize| pair.values(value, at, 0.0).map(f64::to_bits);
            let differs = |at: &usize| bits(*at)[0] != bits(*at)[1];
            let first = lasting().find(differs);
            of_each([first.map(|at| back(pair, at, bits)), None], Some(value))
        }
        Measure::Final(value) => {
            let differs = |at: &usize| pair.differing(value, *at, 0.0).is_some();
            let since = (0..=last).rev().take_while(differs).last();
            of_each([since, None], Some(value))
        }
    }
}

/// The earliest state of an instant that leaves what its last one leaves.
fn back<T: PartialEq>(pair: &Pair, at: usize, read: impl Fn(usize) -> T) -> usize {
    let left = read(at);
    let earlier = (0..at)
        .rev()
        .take_while(|before| !pair.lasts(*before) && read(*before) == left);
    earlier.last().unwrap_or(at)
}

/// Goes from what decides an outcome back to where the difference came from.
struct Tracer<'p> {
    pair: &'p Pair<'p>,
    parting: Option<usize>,
    /// The steps found so far, by joint.
    links: BTreeMap<usize, Link>,
}

impl Tracer<'_> {
    /// A chain without its links, and the joints of those.
    fn chain(&mut self, decision: &Decision) -> (Chain, Vec<usize>) {
        let t = self.pair.since_when(decision.at);
        let reads = decision
            .reads
            .map_or_else(Vec::new, |reads| self.pair.through(reads, decision.at, t));
        let mut joints = Vec::new();
        let mut next = decision.at.checked_sub(1);
        while let Some(joint) = next {
            let link = self.link(joint);
            let from = match &link.reason {
                Some(reason) => match reason.follows {
                    Some(steps) => self.pair.joint(steps),
                    None => self.came_by(&reason.through),
                },
                // The same on both paths: what is read there differed before.
                None => self.came_by(&reads),
            };
            joints.push(joint);
            // Before the parting nothing differs but what a rule chose.
            let beyond = Some(joint) == self.parting;
            let told = |from: usize| !beyond || matches!(self.pair.deed(from).0, Deed::Rule(_));
            next = from.filter(|from| *from < joint && told(*from));
        }
        joints.reverse();
        let links = Vec::new();
        (Chain { t, reads, links }, joints)
    }

    fn came_by(&self, names: &[Difference]) -> Option<usize> {
        self.pair.joint(names.first()?.since?)
    }

    fn link(&mut self, joint: usize) -> Link {
        let first = Some(joint) == self.parting;
        let pair = self.pair;
        let link = self
            .links
            .entry(joint)
            .or_insert_with(|| pair.link(joint, first));
        link.clone()
    }
}
