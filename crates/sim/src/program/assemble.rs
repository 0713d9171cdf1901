//! The parts of a program put together: who reads what, and every operand in its final place.

use super::compile::index_u32;
use super::instruction::Code;
use super::lower::{Lowering, Placement};
use super::table::Tabulation;
use super::{
    Branch, Clock, Dependants, Drive, Effect, Event, Factor, LawSource, Obligation, Outcome,
    OutcomeKind, ParameterLaw, PolicyRule, Program, Series, Slot, SlotInfo, Touch,
};
use detente_model::scenario::{self, Scenario};
use std::collections::BTreeMap;

/// What the parts of a program are before their operands stand in their final places.
pub(super) struct Parts {
    pub slots: Vec<(f64, SlotInfo)>,
    pub events: Vec<Event>,
    pub groups: Vec<String>,
    pub periods: Vec<f64>,
    pub order: Vec<usize>,
    pub factors: Vec<Factor>,
    pub level_rules: Vec<(f64, Code)>,
    pub policy_rules: Vec<PolicyRule>,
    pub parameter_laws: Vec<Option<ParameterLaw>>,
    pub outcomes: Vec<Outcome>,
    pub series: Vec<Series>,
    pub effects: Vec<Effect>,
    pub branches: Vec<Branch>,
}

impl Parts {
    /// The program.
    pub fn assemble(self, lowering: Lowering<'_>, scenario: &Scenario) -> Program {
        let Self {
            mut effects,
            mut branches,
            slots,
            mut events,
            groups,
            periods,
            order,
            mut factors,
            mut level_rules,
            mut policy_rules,
            parameter_laws,
            mut outcomes,
            mut series,
        } = self;
        let slot_count = lowering.layout.slots();
        let (time_slot, level_slot) = (lowering.layout.time(), lowering.layout.level());

        let reading = |readers: Vec<(usize, Vec<Code>)>| {
            let mut pairs = Vec::new();
            for (reader, codes) in readers {
                for code in codes {
                    let slots = lowering.slots_read(code);
                    pairs.extend(slots.into_iter().map(|slot| (slot, index_u32(reader))));
                }
            }
            Dependants::new(slot_count, pairs)
        };
        let clocks_reading = Dependants::new(slot_count, touches(&events, &lowering));
        let level = level_rules.iter().map(|(_, rule)| *rule).collect();
        let doctrine_reading = reading(
            factors
                .iter()
                .map(|factor| {
                    [factor.active_when]
                        .into_iter()
                        .chain(factor.clears_when)
                        .collect()
                })
                .chain([level])
                .enumerate()
                .collect(),
        );
        let policy_rules_reading = reading(
            policy_rules
                .iter()
                .map(|rule| vec![rule.when])
                .enumerate()
                .collect(),
        );
        let watched = outcomes
            .iter()
            .map(|outcome| match outcome.kind {
                OutcomeKind::FiringsWhen(_) => Vec::new(),
                _ => vec![outcome.value],
            })
            .chain(series.iter().map(|series| vec![series.value]));
        let watches_reading = reading(watched.enumerate().collect());
        let counted = outcomes.iter().enumerate();
        let counted = counted.filter_map(|(index, outcome)| match outcome.kind {
            OutcomeKind::FiringsWhen(event) => Some((event, index_u32(index))),
            _ => None,
        });
        let counted_when = Dependants::new(events.len(), counted.collect());

        let obligations = scenario.obligations.iter().map(|of| Obligation {
            name: of.name.clone(),
            treaty: of.treaty.clone(),
            text: of.text.clone(),
        });
        let obligations = obligations.collect();
        let (initial, infos): (Vec<f64>, Vec<SlotInfo>) = slots.into_iter().unzip();
        let (memory, mut instructions, placement) = lowering.finish(initial);
        let mut tabulation = Tabulation::new(&infos, &mut instructions, &memory);
        let mut place = |code: &mut Code| {
            *code = placement.code(*code);
            tabulation.tabulate(code);
        };
        for event in &mut events {
            event.guard.iter_mut().for_each(&mut place);
            match &mut event.clock {
                Clock::Rate(rate) => place(rate),
                Clock::Law { law, drive, .. } => {
                    place_law(law, placement);
                    match drive {
                        Drive::None => {}
                        Drive::HazardRatio(code) | Drive::Speed(code) => place(code),
                    }
                }
                Clock::After { probability, delay } => {
                    probability.iter_mut().for_each(&mut place);
                    place_law(delay, placement);
                }
                Clock::Every(_) | Clock::At(_) | Clock::Instant => {}
            }
        }
        // Effects are read between assignments, when a variable can be beyond its bounds: they have no tables.
        effects
            .iter_mut()
            .for_each(|effect| effect.value = placement.code(effect.value));
        branches
            .iter_mut()
            .for_each(|branch| place(&mut branch.probability));
        for factor in &mut factors {
            place(&mut factor.active_when);
            factor.clears_when.iter_mut().for_each(&mut place);
        }
        level_rules.iter_mut().for_each(|(_, rule)| place(rule));
        for rule in &mut policy_rules {
            place(&mut rule.when);
            place_law(&mut rule.delay, placement);
        }
        outcomes.iter_mut().for_each(|outcome| {
            place(&mut outcome.value);
            outcome.by.iter_mut().for_each(|by| place(&mut by.state));
        });
        series
            .iter_mut()
            .for_each(|series| place(&mut series.value));

        let tables = tabulation.finish();

        let mut consequences = Vec::new();
        let mut followers = vec![Vec::new(); order.len()];
        for (place, follower) in order.iter().enumerate() {
            if let scenario::Clock::After { cause, .. } = scenario.events[*follower].clock {
                followers[cause].push(index_u32(place));
            }
        }
        for (event, index) in events.iter_mut().zip(&order) {
            let start = index_u32(consequences.len());
            consequences.append(&mut followers[*index]);
            event.consequences = start..index_u32(consequences.len());
        }
        let instants = events
            .iter()
            .enumerate()
            .filter(|(_, event)| matches!(event.clock, Clock::Instant))
            .map(|(place, _)| index_u32(place))
            .collect();
        Program {
            memory,
            slots: infos,
            time_slot,
            level_slot,
            instructions,
            tables,
            events,
            effects,
            branches,
            consequences,
            instants,
            factors,
            level_rules,
            policy_rules,
            parameter_laws,
            outcomes,
            obligations,
            series,
            clocks_reading,
            doctrine_reading,
            policy_rules_reading,
            watches_reading,
            counted_when,
            groups,
            periods,
            horizon: scenario.horizon,
            max_events: scenario.limits.max_events,
            max_cascade: scenario.limits.max_cascade,
        }
    }
}

/// Which slots touch which clocks and instant events, each pair once, with all that is touched.
fn touches(events: &[Event], lowering: &Lowering<'_>) -> Vec<(Slot, u32)> {
    let mut pairs = Vec::new();
    for (place, event) in events.iter().enumerate() {
        let (guard, hazard) = match event.clock {
            Clock::Rate(rate) => (event.guard, Some(rate)),
            Clock::Law { drive, .. } => (event.guard, drive.code()),
            Clock::Instant => (event.guard, None),
            _ => (None, None),
        };
        let mut touched: BTreeMap<Slot, Touch> = BTreeMap::new();
        for (touch, code) in [(Touch::GUARD, guard), (Touch::HAZARD, hazard)] {
            for slot in code.iter().flat_map(|code| lowering.slots_read(*code)) {
                let known = touched.entry(slot).or_insert(Touch::NOTHING);
                *known = known.and(touch);
            }
        }
        let touched = touched.into_iter();
        pairs.extend(touched.map(|(slot, touch)| (slot, touch.packed(index_u32(place)))));
    }
    pairs
}

fn place_law(delay: &mut LawSource, placement: Placement) {
    if let LawSource::Read { arguments, .. } = delay {
        for code in arguments {
            *code = placement.code(*code);
        }
    }
}
