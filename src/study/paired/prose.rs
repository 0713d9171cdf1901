//! Two policies on one trial as lines that can be read.

use crate::study::prose::{cause, number, titled, value, when};
use crate::study::text::{INDENT, counted, listed, wrapped, wrapped_within};
use detente_report::paired::{
    Chain, Difference, DifferenceKind, Link, OutcomeDifference, PairedTrial, Reason, ReasonKind,
    Steps,
};
use detente_report::trajectory::{Held, StepCause};
use std::fmt::Write;

/// What the policies are called.
const SIDES: [&str; 2] = ["A", "B"];
/// Names that a reason shows at most.
const MOST_NAMES: usize = 4;
/// Letters that an expression is shown with at most.
const MOST_LETTERS: usize = 160;

/// The comparison in prose: what differs at the start, where the trajectories part and why, and for each outcome that
/// differs the steps that led to it.
#[must_use]
pub fn paired_text(told: &PairedTrial) -> String {
    let [a, b] = &told.trajectories;
    let mut text = wrapped(&a.honesty);
    let _ = writeln!(
        text,
        "\nscenario {} · seed {} · trial {}\nA: policy {} · B: policy {}",
        a.scenario, a.seed, a.trial, a.policy, b.policy
    );
    start(&mut text, told);
    match &told.parting {
        Some(link) => parting(&mut text, told, link),
        None => equal(&mut text, told),
    }
    for (side, trajectory) in SIDES.iter().zip(&told.trajectories) {
        if let Some(failure) = &trajectory.failure {
            text += &wrapped(&format!("\nUnder {side} the trial ends early: {failure}"));
        }
    }
    outcomes(&mut text, told);
    if !told.links.is_empty() {
        let _ = writeln!(text, "\nThe steps on these ways");
        for link in &told.links {
            step(&mut text, told, link);
        }
    }
    text
}

/// Adds a paragraph that is set in, its further lines a little more.
fn indented(text: &mut String, depth: usize, paragraph: &str) {
    const FURTHER: &str = "  ";
    const UNBROKEN: &str = "\u{a0}";
    let mut indent = INDENT.repeat(depth);
    let paragraph = paragraph.replace("t = ", "t = ".replace(' ', UNBROKEN).as_str());
    for (index, line) in wrapped_within(&paragraph, indent.len() + FURTHER.len())
        .lines()
        .enumerate()
    {
        if index == 1 {
            indent += FURTHER;
        }
        let _ = writeln!(text, "{indent}{}", line.replace(UNBROKEN, " "));
    }
}

fn start(text: &mut String, told: &PairedTrial) {
    let _ = writeln!(text, "\nWhat differs at t = 0");
    if told.at_start.is_empty() {
        let _ = writeln!(text, "{INDENT}nothing");
    }
    listed(text, told.at_start.iter().map(|one| difference(told, one)));
    for (side, rules) in SIDES.iter().zip(&told.rules) {
        if !rules.is_empty() {
            indented(text, 1, &format!("rules of {side}: {}", rules.join(", ")));
        }
    }
}

fn equal(text: &mut String, told: &PairedTrial) {
    let firings = told.trajectories[0].steps.iter();
    let count = firings.filter(|step| step.cause != StepCause::Rule).count();
    let all = match count {
        0 => "nothing happens under either".to_owned(),
        1 => "the one firing is the same".to_owned(),
        count => format!("all {count} firings are the same"),
    };
    let verdict = if told.outcomes.is_empty() {
        format!("\nThe two policies make no difference in this trial: {all}.")
    } else {
        format!(
            "\nThe two policies part nowhere in this trial: {all}. Outcomes that read what differs differ."
        )
    };
    *text += &wrapped(&verdict);
}

fn parting(text: &mut String, told: &PairedTrial, link: &Link) {
    let (side, index) = first_of(link.steps);
    let shown = &told.trajectories[side].steps[index];
    let before = told.shared.iter().filter(|[a, b]| {
        let firing = told.trajectories[0].steps[*a].cause != StepCause::Rule;
        firing && comes_after(link.steps, [*a, *b])
    });
    let count = before.count();
    let _ = writeln!(
        text,
        "\nThey part at {}, after {}",
        when(shown),
        counted(count as u64, "shared firing")
    );
    for (side, place) in link.steps.iter().enumerate() {
        if let Some(index) = place {
            let trajectory = &told.trajectories[side];
            let step = &trajectory.steps[*index];
            let branch = step
                .branch
                .map_or(String::new(), |branch| format!("; branch {branch}"));
            let line = format!(
                "{} [{}] {}, {}{branch}",
                SIDES[side],
                index + 1,
                titled(step),
                cause(trajectory, step)
            );
            indented(text, 1, &line);
            if link.steps.iter().all(Option::is_some) {
                let changes = step.changes.iter();
                listed_deeper(
                    text,
                    changes.map(|change| {
                        format!(
                            "{} {} → {}",
                            change.name,
                            value(&change.from),
                            value(&change.to)
                        )
                    }),
                );
            }
        }
    }
    if link.steps.iter().any(Option::is_none) {
        indented(text, 1, &elsewhere(told, link, side));
    }
    because(text, told, link, 1);
}

/// Whether steps come after shared ones.
fn comes_after(steps: Steps, shared: [usize; 2]) -> bool {
    let pairs = steps.into_iter().zip(shared);
    pairs
        .into_iter()
        .any(|(step, shared)| step.is_some_and(|step| shared < step))
}

fn listed_deeper(text: &mut String, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        indented(text, 2, "nothing changes");
    } else {
        indented(text, 2, &items.join(", "));
    }
}

/// What the other trajectory has for a step that happens in one alone.
fn elsewhere(told: &PairedTrial, link: &Link, side: usize) -> String {
    let other = &told.trajectories[1 - side];
    let name = SIDES[1 - side];
    let (_, index) = first_of(link.steps);
    let clock = matches!(
        told.trajectories[side].steps[index].cause,
        StepCause::Rate | StepCause::Clock
    );
    match link
        .counterpart
        .and_then(|at| Some((at, other.steps.get(at)?)))
    {
        Some((at, step)) => format!(
            "{name} [{}] the same firing comes at {}",
            at + 1,
            when(step)
        ),
        None if clock => format!(
            "{name}: the same firing does not come by t = {}",
            number(other.horizon)
        ),
        None => format!("{name}: it does not happen then"),
    }
}

fn outcomes(text: &mut String, told: &PairedTrial) {
    let [Some(all), Some(_)] = told
        .trajectories
        .each_ref()
        .map(|one| one.outcomes.as_ref())
    else {
        return;
    };
    if told.outcomes.is_empty() {
        if told.parting.is_some() {
            let _ = writeln!(text, "\nNo outcome differs.");
        }
        return;
    }
    let _ = writeln!(
        text,
        "\nOutcomes that differ, {} of {}, and the ways to them",
        told.outcomes.len(),
        all.len()
    );
    let mut groups: Vec<(Vec<String>, Vec<&OutcomeDifference>)> = Vec::new();
    for outcome in &told.outcomes {
        let ways: Vec<String> = outcome
            .chains
            .iter()
            .map(|chain| way(told, chain))
            .collect();
        match groups.iter_mut().find(|(known, _)| *known == ways) {
            Some((_, outcomes)) => outcomes.push(outcome),
            None => groups.push((ways, vec![outcome])),
        }
    }
    for (ways, outcomes) in groups {
        listed(text, outcomes.into_iter().map(both_values));
        for way in ways {
            indented(text, 2, &way);
        }
    }
}

fn both_values(outcome: &OutcomeDifference) -> String {
    let shown = [0, 1].map(|side| {
        let value = outcome.values[side].map_or_else(|| "none".to_owned(), number);
        let by = outcome.by.as_ref().and_then(|by| by[side].clone());
        let by = by.map_or(String::new(), |state| format!(" {state}"));
        format!("{value}{by} ({})", SIDES[side])
    });
    format!("{}: {}", outcome.name, shown.join(" "))
}

/// The steps that lead to an outcome, and what it reads in the end.
fn way(told: &PairedTrial, chain: &Chain) -> String {
    let steps = chain
        .links
        .iter()
        .filter_map(|index| told.links.get(*index));
    let mut parts: Vec<String> = steps.map(|link| label(told, link.steps)).collect();
    // Since when it differs can be seen from the steps.
    let read = chain.reads.first().map(|read| Difference {
        since: None,
        ..read.clone()
    });
    parts.extend(read.map(|read| difference(told, &read)));
    parts.join(" → ")
}

fn step(text: &mut String, told: &PairedTrial, link: &Link) {
    let (side, index) = first_of(link.steps);
    let trajectory = &told.trajectories[side];
    let shown = &trajectory.steps[index];
    let line = format!(
        "{}  {} {}, {}",
        when(shown),
        places(link.steps),
        titled(shown),
        cause(trajectory, shown)
    );
    indented(text, 1, &line);
    // That a clock fires under one policy at a rate that is the lower one makes sense only beside the other's firing.
    if link.counterpart.is_some() {
        indented(text, 2, &elsewhere(told, link, side));
    }
    because(text, told, link, 2);
}

fn because(text: &mut String, told: &PairedTrial, link: &Link, depth: usize) {
    let Some(reason) = &link.reason else {
        let shared = link.steps.iter().all(Option::is_some);
        let line = if shared {
            "the same under both"
        } else {
            "why is not recorded"
        };
        indented(text, depth, line);
        return;
    };
    indented(
        text,
        depth,
        &format!("because {}", sentence(told, reason, link)),
    );
    let names = reason.through.iter().take(MOST_NAMES);
    for name in names {
        indented(text, depth, &format!("through {}", difference(told, name)));
    }
    let more = reason.through.len().saturating_sub(MOST_NAMES);
    if more > 0 {
        indented(text, depth, &format!("and {more} more"));
    }
}

/// A reason as the end of a sentence.
fn sentence(told: &PairedTrial, reason: &Reason, link: &Link) -> String {
    let expression = reason.expression.as_deref().unwrap_or_default();
    let name = reason.name.as_deref().unwrap_or_default();
    let shown = if expression.is_empty() || expression.chars().count() > MOST_LETTERS {
        String::new()
    } else {
        format!(" `{expression}`")
    };
    let since = if reason.t < link.t {
        format!(" since t = {}", number(reason.t))
    } else {
        String::new()
    };
    let holds = |kept: &str, failed: &str| {
        let at = usize::from(
            !matches!(&reason.values, Some([Held::State(first), _]) if first == "true"),
        );
        format!(
            "{kept} under {} and {failed} under {}",
            SIDES[at],
            SIDES[1 - at]
        )
    };
    let values = |values: &Option<[Held; 2]>, between: &str| {
        values.as_ref().map_or(String::new(), |[a, b]| {
            format!("{} under A{between}{} under B", value(a), value(b))
        })
    };
    let two = values(&reason.values, " and ");
    let then = values(&reason.values_then, " and ");
    let then = if then.is_empty() {
        then
    } else {
        format!(", when it fires {then}")
    };
    let drawn = reason.drawn.map_or(String::new(), |drawn| {
        format!("; both draw {}", number(drawn))
    });
    let follows = reason
        .follows
        .map_or(String::new(), |steps| label(told, steps));
    match reason.kind {
        ReasonKind::Guard => format!("its guard{shown} {}{since}", holds("holds", "not")),
        ReasonKind::Rate => format!("its rate{shown} is {two}{since}{then}"),
        ReasonKind::HazardRatio => format!("its hazard ratio{shown} is {two}{since}{then}"),
        ReasonKind::Speed => format!("the speed of its clock{shown} is {two}{since}{then}"),
        ReasonKind::Law => format!(
            "its clock's law reads{shown} as {two} when it starts at t = {}",
            number(reason.t)
        ),
        ReasonKind::Date => format!("its dates read{shown} as {two}"),
        ReasonKind::ConsequenceGuard => {
            let holds = holds("held", "not");
            format!(
                "when its cause fired at t = {} its guard{shown} {holds}",
                number(reason.t)
            )
        }
        ReasonKind::Probability => format!(
            "when its cause fired at t = {} its probability{shown} was {two}{drawn}",
            number(reason.t)
        ),
        ReasonKind::Delay => format!(
            "when its cause fired at t = {} its delay read{shown} as {two}",
            number(reason.t)
        ),
        ReasonKind::Lapse => format!(
            "now that it is due its guard{shown} {}",
            holds("holds", "not")
        ),
        ReasonKind::Cause => format!("its cause is {follows}"),
        ReasonKind::Clock => format!("its clock is out of step since {follows}"),
        ReasonKind::Number => format!("its random number is another one since {follows}"),
        ReasonKind::Enabled => format!("{follows} made its guard{shown} hold"),
        ReasonKind::Branch => format!("the probability{shown} of a branch is {two}{drawn}"),
        ReasonKind::Effect => format!("it sets{shown}, which is {two}"),
        ReasonKind::Factor => format!(
            "the condition{shown} of factor {name} then {}",
            holds("holds", "not")
        ),
        ReasonKind::Level => format!(
            "the rule{shown} of level {name} then {}",
            holds("holds", "not")
        ),
        ReasonKind::Rule
        | ReasonKind::RuleCondition
        | ReasonKind::RuleHeld
        | ReasonKind::RuleDelay
        | ReasonKind::RuleChoice => {
            let (side, _) = first_of(link.steps);
            rule(
                reason,
                side,
                (&shown, &follows),
                (&two, &holds("held", "not")),
            )
        }
        ReasonKind::Failure => format!("the other trial could not go on: {expression}"),
    }
}

/// What sets a rule's step apart, as the end of a sentence.
fn rule(
    reason: &Reason,
    side: usize,
    (shown, follows): (&str, &str),
    (two, holds): (&str, &str),
) -> String {
    let t = number(reason.t);
    match (reason.kind, &reason.values) {
        (ReasonKind::RuleHeld, Some(values)) => {
            let then = matches!(&values[side], Held::State(truth) if truth == "true");
            let when = if then { "at" } else { "until" };
            format!("{when} t = {t} its condition{shown} {holds}")
        }
        (ReasonKind::RuleDelay, _) if !shown.is_empty() => {
            format!("when its condition came to hold at t = {t} its delay read{shown} as {two}")
        }
        (ReasonKind::RuleDelay, _) => format!("its delay is {two}"),
        (ReasonKind::RuleChoice, _) => format!("it chooses {two}"),
        (ReasonKind::RuleCondition, Some(conditions)) => {
            let conditions = conditions.each_ref().map(value);
            if conditions
                .iter()
                .any(|one| one.chars().count() > MOST_LETTERS)
            {
                "its condition is another one under each policy".to_owned()
            } else {
                let [a, b] = conditions;
                format!("its condition is `{a}` under A and `{b}` under B")
            }
        }
        _ => {
            let after = if follows.is_empty() {
                String::new()
            } else {
                format!(" after {follows}")
            };
            let side = SIDES[side];
            format!("only {side} has this rule; its condition{shown} came to hold{after}")
        }
    }
}

/// A name with its two values.
fn difference(told: &PairedTrial, of: &Difference) -> String {
    let [a, b] = &of.values;
    let kind = match of.kind {
        DifferenceKind::Lever => "lever ",
        DifferenceKind::Parameter => "parameter ",
        DifferenceKind::Variable => "",
        DifferenceKind::Factor => "factor ",
        DifferenceKind::Level => "level ",
    };
    let name = if of.kind == DifferenceKind::Level {
        ""
    } else {
        of.name.as_str()
    };
    let since = of.since.map_or(String::new(), |steps| {
        format!(" since {}", label(told, steps))
    });
    let kind = if name.is_empty() {
        kind.trim_end()
    } else {
        kind
    };
    format!("{kind}{name} {} (A) {} (B){since}", value(a), value(b))
}

/// The first of the trajectories that has a step, and which.
fn first_of(steps: Steps) -> (usize, usize) {
    match steps {
        [Some(a), _] => (0, a),
        [None, b] => (1, b.unwrap_or(0)),
    }
}

/// Where a step stands in the trajectories.
fn places(steps: Steps) -> String {
    let sides = SIDES.iter().zip(steps);
    let places = sides.filter_map(|(side, step)| step.map(|step| format!("{side} [{}]", step + 1)));
    places.collect::<Vec<_>>().join(" = ")
}

/// Where a step stands, and its name.
fn label(told: &PairedTrial, steps: Steps) -> String {
    let (side, index) = first_of(steps);
    let step = told.trajectories[side].steps.get(index);
    let name = step.map_or("", |step| step.name.as_str());
    format!("{} {name}", places(steps))
}
