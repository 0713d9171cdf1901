//! Figure `trial-…-against-…`: one trial under two policies over one time axis. From above: where they part; under each policy
//! the level, the factors and what happened, in the same rows; then the numbers that differ, laid over each other.

use std::collections::BTreeSet;

use super::happened::{self, EventRow};
use super::held::{self, Spell, Variable};
use super::{
    BETWEEN, FAINT, FactorGroup, HEADING, HEADING_HEIGHT, LEAST_LABEL, MOST_LABEL, ROW, ROW_FONT,
    Rows, TALL_ROW, groups, tabulate,
};
use crate::figures::axis::{Axis, decimal_year, horizon};
use crate::figures::canvas::{Align, Canvas, Sheet, draw_page};
use crate::figures::page::{self, Frame, MARGIN, WIDTH, plain};
use crate::figures::palette::{self, INK, WHITE};
use crate::figures::panel::{BELOW, Panel};
use crate::figures::stroke::{Marker, Stroke};
use crate::figures::ticks::number;
use crate::figures::{Context, Figure, FigureError};
use detente_report::paired::{Link, PairedTrial};
use detente_report::trajectory::Trajectory;

/// What the policies are called.
const SIDES: [&str; 2] = ["A", "B"];
/// Height of the words over the line at which the trajectories part, in millimetres.
const PARTING_HEIGHT: f64 = 4.4;
/// Opacity of ticks that both trajectories share, and of others.
const SHARED: [f64; 2] = [0.3, 0.3];
const OWN: [f64; 2] = [1.0, 1.0];
/// The second policy's numbers.
const DASHED: Stroke = Stroke {
    dashes: &[1.4, 0.8],
    ..Stroke::full(palette::SECOND, 0.4)
};
const FULL: Stroke = Stroke::full(palette::FIRST, 0.5);
/// The line at which the trajectories part.
const PARTING: Stroke = Stroke {
    dashes: &[2.0, 0.8],
    ..Stroke::full(INK, 0.3)
};

/// Draws one trial under two policies.
///
/// # Errors
/// A failure of the drawing library.
pub fn paired_timeline(told: &PairedTrial) -> Result<Figure, FigureError> {
    let [a, b] = &told.trajectories;
    let policies = format!("A: {} · B: {}", a.policy.trim(), b.policy.trim());
    let context = Context {
        scenario_title: a.scenario_title(),
        policy_title: &policies,
        subtitle: None,
        time_unit: &a.time_unit,
        epoch_year: a.epoch.as_deref().and_then(decimal_year),
        horizon: a.horizon,
        honesty: &a.honesty,
    };
    let name = format!("trial-{}-against-{}", a.trial, b.policy);
    let what = format!("Trial {} under two policies", a.trial);
    let title = page::title(&what, &context);
    let story = Story::new(told, horizon(&context));
    let notes = story.notes();
    let paragraphs = notes.iter().map(String::as_str).chain([context.honesty]);
    let subtitle = format!("{policies} · seed {}", a.seed);
    let frame = Frame::over(WIDTH, &title, &subtitle, paragraphs)?;
    let top = frame.header_height();
    let bottom = top + story.height();
    let height = bottom + BELOW + frame.footer_height();
    let value = Axis {
        low: 0.0,
        high: 1.0,
        ticks: Vec::new(),
        label: String::new(),
    };
    let panel = Panel::with_tick_width(
        (MARGIN, WIDTH - MARGIN),
        (top + story.above(), bottom),
        value,
        story.label_width()?,
        &context,
    )?;
    let sheet = Sheet {
        name: &format!("trial-{}-paired", a.trial),
        title: &title,
        description: &story.describe(),
        width: WIDTH,
        height,
    };
    let svg = draw_page(&sheet, |canvas| {
        frame.draw(canvas, height)?;
        story.draw(canvas, &panel, top)
    })?;
    Ok(Figure {
        name,
        svg,
        csv: tabulate::paired_csv(told),
    })
}

/// What is drawn of one trajectory.
struct Side<'a> {
    trajectory: &'a Trajectory,
    heading: String,
    levels: Vec<Spell>,
    factors: Vec<FactorGroup>,
    /// Rows that both sides have, with the times of what both share and of what is this side's own.
    events: Vec<(String, [Vec<f64>; 2])>,
    /// The row in which it parts from the other, and when.
    parts: Option<(usize, f64)>,
}

/// All that is drawn.
struct Story<'a> {
    sides: [Side<'a>; 2],
    numbers: Vec<[Variable; 2]>,
    parting: Option<Parting<'a>>,
}

/// Where the trajectories part.
struct Parting<'a> {
    link: &'a Link,
    words: String,
    event: String,
}

impl<'a> Story<'a> {
    fn new(told: &'a PairedTrial, horizon: f64) -> Self {
        let trajectories = [0, 1].map(|side| &told.trajectories[side]);
        let ends = trajectories.map(|one| held::end(one, horizon));
        let names = row_names(trajectories);
        let mut sides = [0, 1].map(|side| {
            let trajectory = trajectories[side];
            let shared: BTreeSet<usize> = told.shared.iter().map(|steps| steps[side]).collect();
            let policy = trajectory.policy.trim();
            Side {
                trajectory,
                heading: format!("{}: {policy}", SIDES[side])
                    .trim_end_matches(": ")
                    .to_owned(),
                levels: held::levels(trajectory, ends[side]),
                factors: groups(trajectory, ends[side]),
                events: events(trajectory, &names, &shared, trajectories),
                parts: told.parting.as_ref().and_then(|link| {
                    let step = link.steps[side]?;
                    Some((row_of(trajectory, step, &names, trajectories)?, link.t))
                }),
            }
        });
        keep_active(&mut sides);
        Self {
            sides,
            numbers: held::differing(trajectories, ends),
            parting: told
                .parting
                .as_ref()
                .map(|link| parting(trajectories, link)),
        }
    }

    /// How the picture is to be read, where the trajectories part, and why a trial stopped.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        match &self.parting {
            Some(parting) => notes.push(format!("{}: {}.", parting.words, parting.event)),
            None => notes.push("The two policies part nowhere in this trial.".to_owned()),
        }
        for (side, name) in self.sides.iter().zip(SIDES) {
            if let Some(reason) = &side.trajectory.failure {
                notes.push(format!("Trial {name} could not go on: {reason}"));
            }
        }
        let disc = match self.parting {
            Some(_) => "; the disc is where they part.",
            None => ".",
        };
        notes.push(format!(
            "Ticks: firings and choices; pale ones are the same under both policies, dark ones are not{disc}"
        ));
        if !self.numbers.is_empty() {
            notes.push(
                "Numbers: those that differ longest, counts of recent events last, each between its least and its greatest; \
                 A full, B dashed."
                    .to_owned(),
            );
        }
        notes
    }

    /// A sentence for those who cannot see the rows.
    fn describe(&self) -> String {
        let steps = self
            .sides
            .each_ref()
            .map(|side| side.trajectory.steps.len());
        let parting = match &self.parting {
            Some(parting) => format!("They part at t = {}.", parting.link.t),
            None => "They part nowhere.".to_owned(),
        };
        format!(
            "One trial under two policies over time: {} and {} steps. {parting}",
            steps[0], steps[1]
        )
    }

    fn label_width(&self) -> Result<f64, FigureError> {
        let mut texts: Vec<String> = Vec::new();
        for side in &self.sides {
            texts.extend(side.trajectory.levels.iter().map(|level| plain(level)));
            let factors = side.factors.iter().flat_map(|group| &group.rows);
            texts.extend(factors.map(|row| row.label.clone()));
            texts.extend(side.events.iter().map(label));
        }
        for [a, b] in &self.numbers {
            texts.extend([a.label(), a.with(b).range_label()]);
        }
        let widest = ROW_FONT.widest(texts.iter().map(String::as_str))?;
        Ok(widest.clamp(LEAST_LABEL, MOST_LABEL))
    }

    /// What the words above the rows take, in millimetres.
    fn above(&self) -> f64 {
        if self.parting.is_some() {
            PARTING_HEIGHT
        } else {
            0.0
        }
    }

    /// What all rows take, in millimetres.
    fn height(&self) -> f64 {
        let sides: f64 = self.sides.iter().map(Side::height).sum();
        let numbers = match self.numbers.len() {
            0 => 0.0,
            count => HEADING_HEIGHT + count as f64 * TALL_ROW + BETWEEN,
        };
        self.above() + BETWEEN + sides + numbers
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, top: f64) -> Result<(), FigureError> {
        let (left, right) = (panel.at(0.0, 0.0).0, panel.at(f64::MAX, 0.0).0);
        let rows = Rows { panel, left, right };
        let (first, last) = (top + self.above(), top + self.height());
        panel.draw_time_grid(canvas)?;
        let mut top = first + BETWEEN;
        for (index, side) in self.sides.iter().enumerate() {
            if index > 0 {
                let line = [(MARGIN, top), (right, top)];
                canvas.line(&line, &Stroke::full(INK, 0.15))?;
            }
            top = side.draw(canvas, &rows, top)?;
        }
        if !self.numbers.is_empty() {
            let line = [(MARGIN, top), (right, top)];
            canvas.line(&line, &Stroke::full(INK, 0.15))?;
            top = rows.heading(canvas, "numbers", top)?;
            for [a, b] in &self.numbers {
                let both = a.with(b);
                rows.named_range(canvas, &both, top)?;
                rows.curve(canvas, a, both.range(), top, &Stroke::full(WHITE, 0.9))?;
                rows.curve(canvas, a, both.range(), top, &FULL)?;
                rows.curve(canvas, b, both.range(), top, &DASHED)?;
                top += TALL_ROW;
            }
        }
        panel.draw_axes(canvas)?;
        self.draw_parting(canvas, &rows, (first, last))?;
        let mut top = first + BETWEEN;
        for side in &self.sides {
            side.draw_mark(canvas, &rows, top)?;
            top += side.height();
        }
        Ok(())
    }

    fn draw_parting(
        &self,
        canvas: &mut Canvas,
        rows: &Rows,
        (first, last): (f64, f64),
    ) -> Result<(), FigureError> {
        let Some(parting) = &self.parting else {
            return Ok(());
        };
        let x = rows.x(parting.link.t);
        canvas.line(&[(x, first - 1.0), (x, last)], &Stroke::full(WHITE, 0.7))?;
        canvas.line(&[(x, first - 1.0), (x, last)], &PARTING)?;
        let half = HEADING.width(&parting.words)? / 2.0;
        let middle = x.clamp(MARGIN + half, WIDTH - MARGIN - half);
        let place = (middle, first - 1.8);
        canvas.text(&parting.words, place, HEADING, INK, Align::Centre)
    }
}

impl Side<'_> {
    /// What its rows take, in millimetres.
    fn height(&self) -> f64 {
        self.above_events() + self.events.len().max(1) as f64 * ROW + BETWEEN
    }

    /// What the rows above those of events take, in millimetres.
    fn above_events(&self) -> f64 {
        let factors = self.factors.iter().map(|group| group.rows.len());
        let rows = self.trajectory.levels.len() + factors.sum::<usize>();
        HEADING_HEIGHT + rows as f64 * ROW + 2.0 * BETWEEN
    }

    /// Marks the step at which it parts from the other, over the line that stands there.
    fn draw_mark(&self, canvas: &mut Canvas, rows: &Rows, top: f64) -> Result<(), FigureError> {
        let Some((row, t)) = self.parts else {
            return Ok(());
        };
        let middle = top + self.above_events() + (row as f64 + 0.5) * ROW;
        canvas.fill(&Marker::Disc.corners((rows.x(t), middle)), INK, 1.0)
    }

    /// Draws its rows from the top; returns where those below begin.
    fn draw(&self, canvas: &mut Canvas, rows: &Rows, top: f64) -> Result<f64, FigureError> {
        let mut top = rows.heading(canvas, &self.heading, top)?;
        if !self.levels.is_empty() {
            top = rows.levels(canvas, &self.trajectory.levels, &self.levels, top)?;
        }
        top += BETWEEN;
        for group in &self.factors {
            for row in &group.rows {
                rows.label(canvas, &row.label, top, ROW)?;
                rows.bars(canvas, &row.on, top, group.colour)?;
                top += ROW;
            }
        }
        top += BETWEEN;
        let line = [(rows.left, top), (rows.right, top)];
        canvas.line(&line, &Stroke::full(FAINT, 0.1))?;
        if self.events.is_empty() {
            rows.label(canvas, "nothing happened", top, ROW)?;
            top += ROW;
        }
        for event in &self.events {
            rows.label(canvas, &label(event), top, ROW)?;
            let [shared, own] = &event.1;
            rows.ticks(canvas, shared, top, SHARED)?;
            rows.ticks(canvas, own, top, OWN)?;
            top += ROW;
        }
        Ok(top + BETWEEN)
    }
}

/// The row in which a step stands.
fn row_of(
    trajectory: &Trajectory,
    step: usize,
    names: &[String],
    both: [&Trajectory; 2],
) -> Option<usize> {
    let rows = happened::rows_as(trajectory, happened::few_events(both));
    let row = rows.iter().find(|row| row.steps.contains(&step))?;
    names.iter().position(|name| name == row.name())
}

/// A row's name with its number of ticks.
fn label((name, times): &(String, [Vec<f64>; 2])) -> String {
    let count = times.iter().map(Vec::len).sum::<usize>();
    format!("{name} ({})", number(count as f64, 0))
}

/// The rows of what happened in either trajectory, in one order for both.
fn row_names(trajectories: [&Trajectory; 2]) -> Vec<String> {
    let mut both = trajectories[0].clone();
    both.steps.extend(trajectories[1].steps.iter().cloned());
    both.steps.sort_by(|a, b| a.t.total_cmp(&b.t));
    let rows = happened::rows_as(&both, happened::few_events(trajectories));
    rows.iter().map(|row| row.name().to_owned()).collect()
}

/// For each row the times of shared steps and of others.
fn events(
    trajectory: &Trajectory,
    names: &[String],
    shared: &BTreeSet<usize>,
    both: [&Trajectory; 2],
) -> Vec<(String, [Vec<f64>; 2])> {
    let rows = happened::rows_as(trajectory, happened::few_events(both));
    let times = |row: &EventRow, wanted: bool| {
        let steps = row
            .steps
            .iter()
            .filter(|step| shared.contains(step) == wanted);
        steps.map(|step| trajectory.steps[*step].t).collect()
    };
    let row = |name: &String| {
        let mut found = rows.iter().filter(|row| row.name() == name);
        let times = found.next().map_or_else(Default::default, |row| {
            [times(row, true), times(row, false)]
        });
        (name.clone(), times)
    };
    names.iter().map(row).collect()
}

/// Drops factors that are on in neither trajectory.
fn keep_active(sides: &mut [Side; 2]) {
    let on = sides.each_ref().map(|side| {
        let rows = side
            .factors
            .iter()
            .map(|group| group.rows.iter().map(|row| !row.on.is_empty()));
        rows.map(Iterator::collect).collect::<Vec<Vec<bool>>>()
    });
    for side in sides {
        for (place, group) in side.factors.iter_mut().enumerate() {
            let mut keep = on[0][place]
                .iter()
                .zip(&on[1][place])
                .map(|(a, b)| *a || *b);
            group.rows.retain(|_| keep.next().unwrap_or(false));
        }
    }
}

fn parting<'a>(trajectories: [&Trajectory; 2], link: &'a Link) -> Parting<'a> {
    let (side, step) = match link.steps {
        [Some(step), _] => (0, step),
        [None, step] => (1, step.unwrap_or(0)),
    };
    let step = trajectories[side].steps.get(step);
    let day = step.and_then(|step| step.date.clone());
    let when = day.unwrap_or_else(|| format!("t = {}", number(link.t, 3)));
    let title = step.map_or("", |step| step.title.trim());
    let whose = match link.steps {
        [Some(_), Some(_)] => "under both, not in the same way".to_owned(),
        _ => format!("under {} alone", SIDES[side]),
    };
    Parting {
        link,
        words: format!("They part, {when}"),
        event: format!("{title}, {whose}"),
    }
}
