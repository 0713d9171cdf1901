//! Which programs have an exact solution: those whose future hangs on the state alone.

use detente_sim::program::{Clock, CodeId, LawSource, Program};

/// A clock or rule that remembers more than the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The event, or the rule of the policy.
    pub name: String,
    /// What it remembers.
    pub reason: String,
}

/// All that keeps a program out of the class.
pub(crate) fn refusals(program: &Program) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut refuse = |name: &str, reason: String| {
        refusals.push(Refusal {
            name: name.to_owned(),
            reason,
        });
    };
    for event in &program.events {
        let law = match &event.clock {
            Clock::Law { law, .. } => Some((law, "clock")),
            Clock::After { delay, .. } => Some((delay, "delay")),
            Clock::Rate(_) | Clock::Calendar(_) | Clock::Instant => None,
        };
        if let Some((law, what)) = law
            && program.constant_hazard(law).is_none()
        {
            let of = match law {
                LawSource::Read { .. } => "its arguments are read when it starts",
                LawSource::Bound(_) => "its age is part of the state",
            };
            let family = program.family_name(law);
            let a = if family.starts_with('e') { "an" } else { "a" };
            refuse(&event.name, format!("has {a} {family} {what}: {of}"));
        }
        let reads_time = |code: &CodeId| program.reads(*code, program.time_slot);
        if codes_of(program, event).iter().any(reads_time) {
            refuse(&event.name, "reads `time`".to_owned());
        }
    }
    for rule in &program.policy_rules {
        refuse(
            &rule.name,
            "is a rule, whose choices under way are part of the state".to_owned(),
        );
    }
    refusals
}

/// What of an event may read the time.
fn codes_of(program: &Program, event: &detente_sim::program::Event) -> Vec<CodeId> {
    let range = |range: &std::ops::Range<u32>| range.start as usize..range.end as usize;
    let branches = &program.branches[range(&event.branches)];
    let effects = branches
        .iter()
        .flat_map(|branch| &program.effects[range(&branch.effects)]);
    let effects = program.effects[range(&event.effects)].iter().chain(effects);
    let mut codes: Vec<CodeId> = effects.map(|effect| effect.value).collect();
    codes.extend(branches.iter().map(|branch| branch.probability));
    if let Clock::After { probability, .. } = &event.clock {
        codes.extend(probability);
    }
    codes
}
