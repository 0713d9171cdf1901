//! The parts of a shape put together: who reads what, and every operand in its final place.

use super::compile::index_u32;
use super::derived::DerivedSlots;
use super::lower::{Lowered, Lowering};
use super::table::Tables;
use super::{
    Bounds, Branch, Clock, CodeId, Dependants, Effect, Event, Factor, Outcome, OutcomeKind,
    PolicyRule, Series, Shape, Slot, SlotInfo, TimerCode, Touch,
};
use crate::stream::EventKey;
use detente_model::scenario::{self, Scenario};
use std::collections::BTreeMap;

/// What the parts of a shape are before their operands stand in their final places.
pub(super) struct Parts {
    pub slots: Vec<SlotInfo>,
    pub derived: DerivedSlots,
    pub events: Vec<Event>,
    pub groups: Vec<String>,
    pub periods: Vec<f64>,
    pub order: Vec<usize>,
    pub factors: Vec<Factor>,
    pub level_rules: Vec<(f64, CodeId)>,
    pub policy_rules: Vec<PolicyRule>,
    pub outcomes: Vec<Outcome>,
    pub series: Vec<Series>,
    pub effects: Vec<Effect>,
    pub branches: Vec<Branch>,
}

impl Parts {
    /// The shape, with tables for slots within these bounds, and what its constants are.
    pub fn assemble(
        self,
        lowering: Lowering<'_>,
        scenario: &Scenario,
        bounds: &[Bounds],
    ) -> (Shape, Lowered) {
        let Self {
            effects,
            branches,
            slots,
            derived,
            mut events,
            groups,
            periods,
            order,
            factors,
            level_rules,
            policy_rules,
            outcomes,
            series,
        } = self;
        let slot_count = slots.len();
        let (time_slot, level_slot) = (lowering.layout.time(), lowering.layout.level());
        let first_derived = lowering.layout.derived();

        let reading = |readers: Vec<(usize, Vec<CodeId>)>| {
            let mut pairs = Vec::new();
            for (reader, codes) in readers {
                for code in codes {
                    let slots = lowering.slots_read(code);
                    pairs.extend(slots.into_iter().map(|slot| (slot, index_u32(reader))));
                }
            }
            Dependants::new(slot_count, pairs)
        };
        let derived_reading = reading(
            derived
                .list
                .iter()
                .map(|derived| vec![derived.code])
                .enumerate()
                .collect(),
        );
        let clocks_reading = Dependants::new(slot_count, touches(&events, &lowering));
        for event in &mut events {
            let own = &effects[range(&event.effects)];
            let branches = &branches[range(&event.branches)];
            let mut codes = own
                .iter()
                .chain(branches.iter().flat_map(|of| &effects[range(&of.effects)]))
                .map(|effect| effect.value)
                .chain(branches.iter().map(|branch| branch.probability));
            event.reads_derived = codes.any(|code| {
                let mut read = lowering.slots_read(code).into_iter();
                read.any(|slot| slot >= first_derived)
            });
        }
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
        let instants: Vec<u32> = events
            .iter()
            .enumerate()
            .filter(|(_, event)| matches!(event.clock, Clock::Instant))
            .map(|(place, _)| index_u32(place))
            .collect();
        let mut lowered = lowering.finish(slot_count);
        let event_keys = events.iter().map(|of| EventKey::of_event(&of.name));
        let rule_keys = policy_rules.iter().map(|of| EventKey::of_rule(&of.name));
        let plain = Shape {
            time_slot,
            level_slot,
            derived: derived.list,
            derived_before_factors: derived.before_factors,
            derived_before_level: derived.before_level,
            first_constant: index_u32(slot_count),
            first_temporary: index_u32(slot_count + lowered.constants.len()),
            places: slot_count + lowered.constants.len() + lowered.temporaries,
            instructions: std::mem::take(&mut lowered.instructions),
            codes: std::mem::take(&mut lowered.codes),
            tables: Tables::default(),
            timers: Vec::new(),
            event_keys: event_keys.collect(),
            rule_keys: rule_keys.collect(),
            slots,
            events,
            effects,
            branches,
            consequences,
            instants,
            factors,
            level_rules,
            policy_rules,
            outcomes,
            obligations: scenario.obligations.len(),
            series,
            derived_reading,
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
        };
        (plain.tabulated_for(bounds), lowered)
    }
}

/// The codes that the engine reads for each event, side by side.
pub(super) fn timers(shape: &Shape) -> Vec<TimerCode> {
    let quick = |code: CodeId| shape.codes[code.0 as usize].quick;
    let events = shape.events.iter();
    events
        .map(|event| TimerCode {
            guard: event.guard.map(quick),
            rate: match event.clock {
                Clock::Rate(rate) => Some(quick(rate)),
                _ => None,
            },
        })
        .collect()
}

fn range(range: &std::ops::Range<u32>) -> std::ops::Range<usize> {
    range.start as usize..range.end as usize
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
