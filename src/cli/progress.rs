//! How far a command is and how long it has to go: a bar on a terminal, a line a minute anywhere else.

use super::say;
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

/// When the first line is written: nobody waits for what ends before.
const FIRST_LINE: Duration = Duration::from_secs(10);
/// Time between lines.
const BETWEEN_LINES: Duration = Duration::from_mins(1);
/// Lengths above it are shown as this, in seconds.
const MOST_SECONDS: f64 = 1e9;
/// The share of a stage from which on its own speed says how long the rest of it takes.
const OWN_SPEED: f64 = 0.1;

/// Trials that cost the same, one behind the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage {
    pub trials: u64,
    /// Programs that each trial is run with.
    pub programs: u64,
}

/// What a command has to do.
#[derive(Debug, Clone)]
pub(super) struct Work {
    /// The stages of trials, in order.
    pub stages: Vec<Stage>,
    /// Seconds that results and figures take after the trials.
    pub closing_seconds: f64,
    /// Whether trials may end earlier.
    pub at_most: bool,
}

/// Tells from the time that the trials done took how long the rest takes.
#[derive(Debug)]
struct Estimate {
    work: Work,
    /// Trials done in all.
    done: u64,
    /// Of each stage the seconds spent in it.
    seconds: Vec<f64>,
    elapsed: f64,
}

impl Estimate {
    fn new(work: Work) -> Self {
        Self {
            seconds: vec![0.0; work.stages.len()],
            work,
            done: 0,
            elapsed: 0.0,
        }
    }

    /// Of each stage the trials done.
    fn done_in_stages(&self, done: u64) -> Vec<u64> {
        let mut left = done;
        let stages = self.work.stages.iter();
        stages
            .map(|stage| {
                let done = left.min(stage.trials);
                left -= done;
                done
            })
            .collect()
    }

    /// Takes it that so many trials are done after so many seconds.
    fn advance(&mut self, done: u64, elapsed: f64) {
        let [before, after] = [self.done, done].map(|done| self.done_in_stages(done));
        let costs: Vec<f64> = self
            .work
            .stages
            .iter()
            .zip(before.iter().zip(&after))
            .map(|(stage, (before, after))| (after - before) as f64 * stage.programs as f64)
            .collect();
        let all: f64 = costs.iter().sum();
        if all > 0.0 {
            for (seconds, cost) in self.seconds.iter_mut().zip(&costs) {
                *seconds += (elapsed - self.elapsed) * cost / all;
            }
            (self.done, self.elapsed) = (done, elapsed);
        }
    }

    /// Seconds left at a moment; nothing before any trial is done.
    fn seconds_left(&self, now: f64) -> Option<f64> {
        let done = self.done_in_stages(self.done);
        let stages = self.work.stages.iter().zip(&done).zip(&self.seconds);
        let cost: f64 = stages
            .clone()
            .map(|((stage, done), _)| (*done * stage.programs) as f64)
            .sum();
        if cost == 0.0 {
            return None;
        }
        let speed = self.seconds.iter().sum::<f64>() / cost;
        let left = stages.map(|((stage, done), seconds)| {
            let left = (stage.trials - done) as f64;
            let own = *done as f64 >= OWN_SPEED * stage.trials as f64 && *done > 0;
            if own {
                left * seconds / *done as f64
            } else {
                left * stage.programs as f64 * speed
            }
        });
        let left = left.sum::<f64>() + self.work.closing_seconds;
        Some((left - (now - self.elapsed)).max(0.0))
    }

    fn trials(&self) -> u64 {
        self.work.stages.iter().map(|stage| stage.trials).sum()
    }

    /// How far it is, in words.
    fn words(&self, now: f64) -> String {
        let mut text = format!("{} of {} trials", self.done, self.trials());
        if let Some(left) = self.seconds_left(now) {
            let at_most = if self.work.at_most { "at most " } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(text, ", {at_most}{} left", length(left));
        }
        text
    }
}

/// A length of time, rounded as such estimates deserve.
fn length(seconds: f64) -> String {
    let seconds = Duration::from_secs_f64(seconds.min(MOST_SECONDS)).as_secs();
    let minutes = (seconds + 30) / 60;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..5_400 => format!("{minutes} min"),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Says when a line is due: the first after a while, then one an interval.
#[derive(Debug)]
struct Lines {
    next: Duration,
    interval: Duration,
    foretold: bool,
}

impl Lines {
    fn new(first: Duration, interval: Duration) -> Self {
        Self {
            next: first,
            interval,
            foretold: false,
        }
    }

    /// The line due after so much time, if one is. The first one foretells the whole length.
    fn due(&mut self, elapsed: Duration, estimate: &Estimate) -> Option<String> {
        if elapsed < self.next {
            return None;
        }
        let now = elapsed.as_secs_f64();
        let mut line = estimate.words(now);
        if let (false, Some(left)) = (self.foretold, estimate.seconds_left(now)) {
            let at_most = if estimate.work.at_most {
                "at most "
            } else {
                ""
            };
            let _ = write!(line, " ({at_most}{} in all)", length(now + left));
            self.foretold = true;
        }
        self.next = elapsed + self.interval;
        Some(line)
    }
}

/// Where progress is shown.
#[derive(Debug)]
enum Shown {
    Nowhere,
    Bar(ProgressBar),
    Lines(Lines),
}

/// How far a command is.
#[derive(Debug)]
pub(super) struct Progress {
    start: Instant,
    estimate: Estimate,
    shown: Shown,
}

impl Progress {
    pub fn new(work: Work, quiet: bool) -> Self {
        let shown = if quiet {
            Shown::Nowhere
        } else if io::stderr().is_terminal() {
            let bar = ProgressBar::new(1);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}") {
                bar.set_style(style);
            }
            Shown::Bar(bar)
        } else {
            Shown::Lines(Lines::new(FIRST_LINE, BETWEEN_LINES))
        };
        Self {
            start: Instant::now(),
            estimate: Estimate::new(work),
            shown,
        }
    }

    /// Takes it that so many trials are done, those of earlier stages included.
    pub fn advance(&mut self, done: u64) {
        let elapsed = self.start.elapsed();
        let now = elapsed.as_secs_f64();
        self.estimate.advance(done, now);
        match &mut self.shown {
            Shown::Nowhere => {}
            Shown::Bar(bar) => {
                let left = self.estimate.seconds_left(now).unwrap_or(MOST_SECONDS);
                let left = Duration::from_secs_f64(left.min(MOST_SECONDS));
                bar.set_length(milliseconds(elapsed + left));
                bar.set_position(milliseconds(elapsed));
                bar.set_message(self.estimate.words(now));
            }
            Shown::Lines(lines) => {
                if let Some(line) = lines.due(elapsed, &self.estimate) {
                    say(line);
                }
            }
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        if let Shown::Bar(bar) = self.shown {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run, then draws that cost a third of it a trial, then figures, as `hypotheses` and `run` have them.
    fn work() -> Work {
        Work {
            stages: vec![
                Stage {
                    trials: 100_000,
                    programs: 30,
                },
                Stage {
                    trials: 50_000,
                    programs: 10,
                },
            ],
            closing_seconds: 25.0,
            at_most: false,
        }
    }

    /// Seconds until so many trials are done where a program takes 0.1 ms, and 0.08 ms under draws.
    fn clock(done: u64) -> f64 {
        let (first, drawn) = (done.min(100_000), done.saturating_sub(100_000));
        first as f64 * 30.0 * 1e-4 + drawn as f64 * 10.0 * 8e-5
    }

    /// From the first tenth of the time on, what is foretold is within a fifth of what is left.
    #[test]
    fn the_rest_is_foretold_within_a_fifth() {
        let all = clock(150_000) + 25.0;
        let mut estimate = Estimate::new(work());
        assert_eq!(estimate.seconds_left(0.0), None);
        for done in (1_000..=150_000).step_by(1_000) {
            // Every other chunk comes early and late by 0.3 s.
            let wobble = if done % 2_000 == 0 { 0.3 } else { -0.3 };
            let now = clock(done) + wobble;
            estimate.advance(done, now);
            if now > all / 10.0 {
                let (left, foretold) = (all - now, estimate.seconds_left(now).unwrap());
                let off = (foretold - left).abs() / left;
                assert!(off < 0.2, "after {now} s: {foretold} against {left}");
            }
        }
        assert!((estimate.seconds_left(all - 5.0).unwrap() - 5.0).abs() < 2.0);
        assert_eq!(estimate.seconds_left(all + 60.0), Some(0.0));
    }

    #[test]
    fn a_log_has_a_line_an_interval_and_the_length_first() {
        let mut estimate = Estimate::new(work());
        let mut lines = Lines::new(Duration::from_millis(50), Duration::from_millis(300));
        let mut written = Vec::new();
        for step in 1..=100_u64 {
            // A thousand trials in 10 ms.
            let elapsed = Duration::from_millis(10 * step);
            estimate.advance(1_000 * step, elapsed.as_secs_f64());
            written.extend(lines.due(elapsed, &estimate));
        }
        // After 50, 350, 650 and 950 ms.
        assert_eq!(written.len(), 4, "{written:?}");
        // 1 s of trials, a sixth of that under draws, 25 s of figures.
        assert_eq!(written[0], "5000 of 150000 trials, 26 s left (26 s in all)");
        assert!(written[3].starts_with("95000 of 150000 trials, 25 s left"));
        assert!(!written[3].contains("in all"));
    }

    #[test]
    fn nothing_is_written_of_what_is_short() {
        let mut estimate = Estimate::new(work());
        let mut lines = Lines::new(FIRST_LINE, BETWEEN_LINES);
        estimate.advance(100_000, 9.0);
        assert_eq!(lines.due(Duration::from_secs(9), &estimate), None);
    }

    #[test]
    fn lengths_are_rounded() {
        for (seconds, text) in [
            (0.2, "0 s"),
            (59.9, "59 s"),
            (61.0, "1 min"),
            (1_570.0, "26 min"),
            (12_000.0, "3 h 20 min"),
        ] {
            assert_eq!(length(seconds), text);
        }
    }
}
