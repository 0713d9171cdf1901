//! Figure `trial-…`: one trial over time. From above: the level with numbered marks where it changed, the factors,
//! what happened, and the numbers that moved most, on one time axis; below it what changed the level.

mod changes;
#[cfg(test)]
mod fixtures;
mod happened;
mod held;
mod paired;
mod tabulate;
#[cfg(test)]
mod tests;
mod thin;

pub use paired::paired_timeline;

use changes::Changes;
use happened::EventRow;
use held::{Spell, Variable};
use thin::Bars;

use super::axis::{Axis, decimal_year, horizon};
use super::canvas::{Align, Canvas, Sheet, draw_page};
use super::fonts::Font;
use super::page::{self, Frame, MARGIN, WIDTH, plain};
use super::palette::{self, INK, MUTED, Rgb, WHITE};
use super::panel::{BELOW, Panel, TICK};
use super::stroke::Stroke;
use super::ticks::number;
use super::{Context, Figure, FigureError};
use detente_report::trajectory::Trajectory;

/// Font of what stands beside the rows.
const ROW_FONT: Font = Font::regular(7.0);
/// Font of the headings.
const HEADING: Font = Font::bold(7.0);
/// Width that labels take at least, in millimetres.
const LEAST_LABEL: f64 = 24.0;
/// Width that labels may take in millimetres.
const MOST_LABEL: f64 = 54.0;
/// Height of a level, a factor or an event in millimetres.
const ROW: f64 = 3.6;
/// Height of a variable in millimetres.
const TALL_ROW: f64 = 8.0;
/// Height of a heading in millimetres.
const HEADING_HEIGHT: f64 = 4.6;
/// Space below a group of rows in millimetres.
const BETWEEN: f64 = 1.2;
/// Height of the line that says where a trial stopped or is cut, in millimetres.
const STOP_HEIGHT: f64 = 3.8;
/// The least width of a bar in millimetres, so that what lasts no time is seen.
const LEAST_BAR: f64 = 0.2;
/// Ticks no farther apart than this are one, in millimetres.
const TICK_WIDTH: f64 = 0.25;
/// Lines that stand behind the rows.
const FAINT: Rgb = Rgb(0xD9, 0xD9, 0xD9);

/// Draws one trial from t = 0 to its horizon, to the step that it could not take, or to where it is cut.
///
/// # Errors
/// A failure of the drawing library.
pub fn timeline(trajectory: &Trajectory) -> Result<Figure, FigureError> {
    let context = Context {
        scenario_title: trajectory.scenario_title(),
        policy_title: trajectory.policy_title(),
        subtitle: None,
        time_unit: &trajectory.time_unit,
        epoch_year: trajectory.epoch.as_deref().and_then(decimal_year),
        horizon: trajectory.cut.map_or(trajectory.horizon, |cut| cut.t),
        honesty: &trajectory.honesty,
    };
    let name = format!("trial-{}", trajectory.trial);
    let title = page::title(&format!("Trial {} over time", trajectory.trial), &context);
    let story = Story::new(trajectory, &context)?;
    let notes = story.notes();
    let paragraphs = notes.iter().map(String::as_str).chain([context.honesty]);
    let frame = Frame::over(WIDTH, &title, &subtitle(trajectory), paragraphs)?;
    let top = frame.header_height();
    let bottom = top + story.height();
    let below = bottom + BELOW;
    let height = below + story.changes.height() + frame.footer_height();
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
        name: &name,
        title: &title,
        description: &story.describe(),
        width: WIDTH,
        height,
    };
    let svg = draw_page(&sheet, |canvas| {
        frame.draw(canvas, height)?;
        story.draw(canvas, &panel, top)?;
        story.changes.list(canvas, below)
    })?;
    Ok(Figure {
        name,
        svg,
        csv: tabulate::csv(trajectory),
    })
}

/// Under which policy and seed, and how much happened.
fn subtitle(trajectory: &Trajectory) -> String {
    let steps = steps(trajectory);
    let policy = trajectory.policy_title().trim();
    let policy = if policy.is_empty() {
        String::new()
    } else {
        format!(" · policy: {policy}")
    };
    format!("{steps}{policy} · seed {}", trajectory.seed)
}

/// How many steps there are, and of how many.
fn steps(trajectory: &Trajectory) -> String {
    let count = |count: f64| number(count, 0);
    let kept = count(trajectory.steps.len() as f64);
    match trajectory.cut {
        Some(cut) => format!(
            "the first {kept} of {} steps",
            count(cut.steps_in_all as f64)
        ),
        None if trajectory.steps.len() == 1 => "1 step".to_owned(),
        None => format!("{kept} steps"),
    }
}

/// A factor with the spells that it was on.
struct FactorRow {
    label: String,
    on: Vec<[f64; 2]>,
}

/// The factors of one level.
struct FactorGroup {
    heading: String,
    colour: Rgb,
    rows: Vec<FactorRow>,
}

/// All that is drawn.
struct Story<'a> {
    trajectory: &'a Trajectory,
    /// Until when the trial went.
    end: f64,
    levels: Vec<Spell>,
    groups: Vec<FactorGroup>,
    events: Vec<EventRow>,
    variables: Vec<Variable>,
    changes: Changes,
}

impl<'a> Story<'a> {
    fn new(trajectory: &'a Trajectory, context: &Context) -> Result<Self, FigureError> {
        let horizon = horizon(context);
        let end = held::end(trajectory, horizon);
        Ok(Self {
            trajectory,
            end,
            levels: held::levels(trajectory, end),
            groups: groups(trajectory, end),
            events: happened::rows(trajectory),
            variables: held::variables(trajectory, end),
            changes: Changes::new(trajectory, horizon)?,
        })
    }

    /// How the picture is to be read, where it is cut, and why the trial stopped.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(cut) = &self.trajectory.cut {
            notes.push(format!(
                "Cut at t = {}, before the horizon of {}: later steps are counted, not drawn.",
                cut.t, self.trajectory.horizon
            ));
        }
        if let Some(reason) = &self.trajectory.failure {
            notes.push(format!("The trial could not go on: {reason}"));
        }
        if self.trajectory.steps.len() > 1 {
            notes.push("Ticks: firings and choices; dark ones are several.".to_owned());
        }
        if !self.variables.is_empty() {
            notes.push(
                "Numbers: those that took most values, counts of recent events last, each between its least and its greatest."
                    .to_owned(),
            );
        }
        notes
    }

    /// A sentence for those who cannot see the rows.
    fn describe(&self) -> String {
        let steps = steps(self.trajectory);
        let last = self
            .levels
            .last()
            .and_then(|spell| self.trajectory.levels.get(spell.level));
        match last {
            Some(level) => format!(
                "One trial over time: {steps}, {} changes of level, {} at the end.",
                self.changes.count(),
                plain(level)
            ),
            None => format!("One trial over time: {steps}."),
        }
    }

    fn label_width(&self) -> Result<f64, FigureError> {
        let levels = self.trajectory.levels.iter().map(|level| plain(level));
        let factors = self.groups.iter().flat_map(|group| &group.rows);
        let texts: Vec<String> = levels
            .chain(factors.map(|row| row.label.clone()))
            .chain(self.events.iter().map(EventRow::label))
            .chain(self.variables.iter().map(Variable::label))
            .chain(self.variables.iter().map(Variable::range_label))
            .collect();
        let widest = ROW_FONT.widest(texts.iter().map(String::as_str))?;
        Ok(widest.clamp(LEAST_LABEL, MOST_LABEL))
    }

    /// What the marks above the rows take, in millimetres.
    fn above(&self) -> f64 {
        let stop = self.stop().map_or(0.0, |_| STOP_HEIGHT);
        stop + self.changes.row_height()
    }

    /// What stands at the end of a trial that does not reach its horizon.
    fn stop(&self) -> Option<&'static str> {
        match (&self.trajectory.cut, &self.trajectory.failure) {
            (Some(_), _) => Some("cut here"),
            (None, Some(_)) => Some("stopped here"),
            (None, None) => None,
        }
    }

    /// What the marks and all rows take, in millimetres.
    fn height(&self) -> f64 {
        let group = |rows: usize, row: f64| HEADING_HEIGHT + rows as f64 * row + BETWEEN;
        let mut height = self.above() + BETWEEN;
        if !self.levels.is_empty() {
            height += self.trajectory.levels.len() as f64 * ROW + BETWEEN;
        }
        height += self
            .groups
            .iter()
            .map(|factors| group(factors.rows.len(), ROW))
            .sum::<f64>();
        height += group(self.events.len().max(1), ROW);
        if !self.variables.is_empty() {
            height += group(self.variables.len(), TALL_ROW);
        }
        height
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, top: f64) -> Result<(), FigureError> {
        let (left, right) = (panel.at(0.0, 0.0).0, panel.at(f64::MAX, 0.0).0);
        let rows = Rows { panel, left, right };
        let first = top + self.above();
        let last = top + self.height();
        panel.draw_time_grid(canvas)?;
        self.changes
            .guides(canvas, panel, (first - self.changes.row_height(), last))?;
        let mut top = first + BETWEEN;
        if !self.levels.is_empty() {
            top = rows.levels(canvas, &self.trajectory.levels, &self.levels, top)? + BETWEEN;
        }
        for group in &self.groups {
            top = rows.heading(canvas, &group.heading, top)?;
            for row in &group.rows {
                rows.label(canvas, &row.label, top, ROW)?;
                rows.bars(canvas, &row.on, top, group.colour)?;
                top += ROW;
            }
            top += BETWEEN;
        }
        top = rows.heading(canvas, happened::HEADING, top)?;
        if self.events.is_empty() {
            rows.label(canvas, "nothing happened", top, ROW)?;
        }
        for row in &self.events {
            rows.label(canvas, &row.label(), top, ROW)?;
            rows.ticks(canvas, &row.times, top, [0.65, 1.0])?;
            top += ROW;
        }
        top += if self.events.is_empty() { ROW } else { 0.0 } + BETWEEN;
        if !self.variables.is_empty() {
            top = rows.heading(canvas, "numbers", top)?;
            for variable in &self.variables {
                let stroke = Stroke::full(palette::category(0), 0.3);
                rows.named_range(canvas, variable, top)?;
                let range = variable.range();
                rows.curve(canvas, variable, range, top, &Stroke::full(WHITE, 0.7))?;
                rows.curve(canvas, variable, range, top, &stroke)?;
                top += TALL_ROW;
            }
        }
        panel.draw_axes(canvas)?;
        self.draw_stop(canvas, &rows, first - self.above(), last)
    }

    /// Where a trial that failed stopped, or where it is cut.
    fn draw_stop(
        &self,
        canvas: &mut Canvas,
        rows: &Rows,
        top: f64,
        bottom: f64,
    ) -> Result<(), FigureError> {
        let Some(words) = self.stop() else {
            return Ok(());
        };
        let x = rows.x(self.end);
        canvas.rectangle((x - 0.25, top + STOP_HEIGHT), (x + 0.25, bottom), INK)?;
        let half = HEADING.width(words)? / 2.0;
        let middle = x.clamp(MARGIN + half, WIDTH - MARGIN - half);
        let baseline = top + STOP_HEIGHT - 1.0;
        canvas.text(words, (middle, baseline), HEADING, INK, Align::Centre)
    }
}

/// The factors by level, in the order of the doctrine's levels; levels that are none come last.
fn groups(trajectory: &Trajectory, end: f64) -> Vec<FactorGroup> {
    let mut names: Vec<&String> = trajectory.levels.iter().collect();
    for factor in &trajectory.factors {
        if !names.contains(&&factor.level) {
            names.push(&factor.level);
        }
    }
    let group = |(place, level): (usize, &String)| {
        let factors = trajectory.factors.iter().filter(|f| f.level == *level);
        let rows: Vec<FactorRow> = factors
            .map(|factor| FactorRow {
                label: if factor.title.trim().is_empty() {
                    plain(&factor.name)
                } else {
                    factor.title.clone()
                },
                on: held::factor(trajectory, &factor.name, end),
            })
            .collect();
        let colour = if place < trajectory.levels.len() {
            palette::level(place, trajectory.levels.len())
        } else {
            MUTED
        };
        (!rows.is_empty()).then(|| FactorGroup {
            heading: format!("factors of {}", plain(level)),
            colour,
            rows,
        })
    };
    names.into_iter().enumerate().filter_map(group).collect()
}

/// The part of the page in which rows lie.
struct Rows<'p> {
    panel: &'p Panel,
    left: f64,
    right: f64,
}

impl Rows<'_> {
    fn x(&self, time: f64) -> f64 {
        self.panel.at(time, 0.0).0
    }

    /// The level as stairs: the higher it is, the higher they stand. Returns where the rows below begin.
    fn levels(
        &self,
        canvas: &mut Canvas,
        levels: &[String],
        spells: &[Spell],
        top: f64,
    ) -> Result<f64, FigureError> {
        let count = levels.len();
        let bottom = top + count as f64 * ROW;
        for (index, level) in levels.iter().enumerate() {
            let top = bottom - (index + 1) as f64 * ROW;
            self.label(canvas, &plain(level), top, ROW)?;
            canvas.line(
                &[(self.left, top), (self.right, top)],
                &Stroke::full(FAINT, 0.1),
            )?;
        }
        let mut bars: Vec<Bars> = levels.iter().map(|_| Bars::new()).collect();
        for spell in spells {
            if !bars[spell.level].shows(self.ends([spell.from, spell.to])[1]) {
                continue;
            }
            let top = bottom - (spell.level + 1) as f64 * ROW;
            let colour = palette::level(spell.level, count);
            self.bar(canvas, [spell.from, spell.to], (top, bottom), colour)?;
        }
        let outline: Vec<(f64, f64)> = spells
            .iter()
            .flat_map(|spell| {
                let y = bottom - (spell.level + 1) as f64 * ROW;
                [spell.from, spell.to].map(|time| (self.x(time), y))
            })
            .collect();
        canvas.line(&thin::line(&outline), &Stroke::full(INK, 0.15))?;
        Ok(bottom)
    }

    /// Writes a heading; returns where the rows below it begin.
    fn heading(&self, canvas: &mut Canvas, text: &str, top: f64) -> Result<f64, FigureError> {
        let text = HEADING.shorten(text, self.left - MARGIN - 1.6)?;
        let baseline = top + HEADING_HEIGHT - 1.3;
        let place = (self.left - 1.6, baseline);
        canvas.text(&text, place, HEADING, INK, Align::Right)?;
        Ok(top + HEADING_HEIGHT)
    }

    /// Writes what a row is, and draws the line that it stands on.
    fn label(
        &self,
        canvas: &mut Canvas,
        text: &str,
        top: f64,
        height: f64,
    ) -> Result<(), FigureError> {
        let bottom = top + height;
        let line = [(self.left, bottom), (self.right, bottom)];
        canvas.line(&line, &Stroke::full(FAINT, 0.1))?;
        self.write(canvas, text, top, height)
    }

    /// Writes what a row is.
    fn write(
        &self,
        canvas: &mut Canvas,
        text: &str,
        top: f64,
        height: f64,
    ) -> Result<(), FigureError> {
        let text = ROW_FONT.shorten(text, self.left - MARGIN - 1.6)?;
        let baseline = top + f64::midpoint(height, TICK.cap_height());
        let place = (self.left - 1.6, baseline);
        canvas.text(&text, place, ROW_FONT, INK, Align::Right)
    }

    /// Fills the spells of a factor.
    fn bars(
        &self,
        canvas: &mut Canvas,
        spells: &[[f64; 2]],
        top: f64,
        colour: Rgb,
    ) -> Result<(), FigureError> {
        let mut bars = Bars::new();
        let (top, bottom) = (top + 0.6, top + ROW - 0.6);
        for spell in spells
            .iter()
            .filter(|spell| bars.shows(self.ends(**spell)[1]))
        {
            self.bar(canvas, *spell, (top, bottom), colour)?;
        }
        Ok(())
    }

    /// Where the bar of a spell begins and ends: it is at least as wide as can be seen.
    fn ends(&self, [from, to]: [f64; 2]) -> [f64; 2] {
        let from = self.x(from);
        [from, self.x(to).max(from + LEAST_BAR)]
    }

    /// Fills a spell.
    fn bar(
        &self,
        canvas: &mut Canvas,
        spell: [f64; 2],
        (top, bottom): (f64, f64),
        colour: Rgb,
    ) -> Result<(), FigureError> {
        let [from, to] = self.ends(spell);
        canvas.rectangle((from, top), (to, bottom), colour)?;
        if to - from > 2.0 * LEAST_BAR {
            let ends = [
                (from, top),
                (to, top),
                (to, bottom),
                (from, bottom),
                (from, top),
            ];
            canvas.line(&ends, &Stroke::full(MUTED, 0.08))?;
        }
        Ok(())
    }

    /// Draws a row of ticks; those at one place are one, which may be darker where they are several.
    fn ticks(
        &self,
        canvas: &mut Canvas,
        times: &[f64],
        top: f64,
        [one, several]: [f64; 2],
    ) -> Result<(), FigureError> {
        let mut places: Vec<i64> = times
            .iter()
            .map(|&time| self.x(time).max(self.left + TICK_WIDTH))
            .map(|x| (x / TICK_WIDTH).round() as i64)
            .collect();
        places.sort_unstable();
        for same in places.chunk_by(|a, b| a == b) {
            let x = same[0] as f64 * TICK_WIDTH;
            let (left, right) = (x - TICK_WIDTH / 2.0, x + TICK_WIDTH / 2.0);
            let (top, bottom) = (top + 0.5, top + ROW - 0.5);
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
            let opacity = if same.len() > 1 { several } else { one };
            canvas.fill(&corners, INK, opacity)?;
        }
        Ok(())
    }

    /// Writes the name of a variable and its range.
    fn named_range(
        &self,
        canvas: &mut Canvas,
        variable: &Variable,
        top: f64,
    ) -> Result<(), FigureError> {
        let half = TALL_ROW / 2.0;
        self.write(canvas, &variable.label(), top + 0.3, half)?;
        let under = top + half - 0.3;
        self.label(canvas, &variable.range_label(), under, half + 0.3)
    }

    /// Draws a variable between two values.
    fn curve(
        &self,
        canvas: &mut Canvas,
        variable: &Variable,
        [low, high]: [f64; 2],
        top: f64,
        stroke: &Stroke,
    ) -> Result<(), FigureError> {
        let (top, bottom) = (top + 1.0, top + TALL_ROW - 1.0);
        let points: Vec<(f64, f64)> = variable
            .rows
            .iter()
            .map(|&[time, value]| {
                let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
                (self.x(time), bottom - share * (bottom - top))
            })
            .collect();
        canvas.line(&thin::line(&points), stroke)
    }
}
