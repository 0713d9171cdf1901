//! The embedded typeface: its bytes, the width of a text, and breaking a text into lines.

use std::sync::OnceLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

use super::FigureError;

/// Family name under which plotters, usvg and CSS know the typeface.
pub const FAMILY: &str = "Noto Sans";

/// Ascent plus descent of the typeface in ems: plotters takes its size as this height when it measures.
const LINE_HEIGHT_EM: f64 = 1.362;

/// Millimetres in a typographic point.
const POINT_MM: f64 = 25.4 / 72.0;

/// A face of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// Upright, weight 400.
    Regular,
    /// Upright, weight 700.
    Bold,
}

impl Face {
    /// All faces.
    pub const ALL: [Self; 2] = [Self::Regular, Self::Bold];

    /// The font file.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../assets/fonts/NotoSans-Regular.ttf"),
            Self::Bold => include_bytes!("../../assets/fonts/NotoSans-Bold.ttf"),
        }
    }

    /// CSS weight.
    pub const fn weight(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::Bold => 700,
        }
    }

    /// plotters' word for the face.
    pub const fn style(self) -> FontStyle {
        match self {
            Self::Regular => FontStyle::Normal,
            Self::Bold => FontStyle::Bold,
        }
    }
}

/// A face at a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Font {
    /// The face.
    pub face: Face,
    /// Size of the em in millimetres.
    pub size: f64,
}

impl Font {
    /// The regular face at a size in points.
    pub const fn regular(points: f64) -> Self {
        Self {
            face: Face::Regular,
            size: points * POINT_MM,
        }
    }

    /// The bold face at a size in points.
    pub const fn bold(points: f64) -> Self {
        Self {
            face: Face::Bold,
            size: points * POINT_MM,
        }
    }

    /// Distance from one baseline to the next, in millimetres.
    pub fn leading(self) -> f64 {
        1.3 * self.size
    }

    /// Height of a capital letter, in millimetres.
    pub fn cap_height(self) -> f64 {
        0.714 * self.size
    }

    /// Width of a text in millimetres, without kerning.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn width(self, text: &str) -> Result<f64, FigureError> {
        /// Measured large, because plotters rounds to whole units.
        const MEASURED_EM: f64 = 1000.0;
        register()?;
        let font = FontDesc::new(
            FontFamily::Name(FAMILY),
            MEASURED_EM * LINE_HEIGHT_EM,
            self.face.style(),
        );
        let (units, _) = font
            .box_size(text)
            .map_err(|error| FigureError::Font(error.to_string()))?;
        Ok(f64::from(units) / MEASURED_EM * self.size)
    }

    /// Width of the widest of several texts in millimetres; 0 where there is none.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn widest<'t>(self, texts: impl IntoIterator<Item = &'t str>) -> Result<f64, FigureError> {
        texts
            .into_iter()
            .try_fold(0.0, |widest: f64, text| Ok(widest.max(self.width(text)?)))
    }

    /// Breaks a text at spaces, not at no-break spaces, into lines no wider than `width`; what does not
    /// fit into `max_lines` ends in `…`. Words wider than a line are broken.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn wrap(
        self,
        text: &str,
        width: f64,
        max_lines: usize,
    ) -> Result<Vec<String>, FigureError> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in words(text) {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if self.width(&longer)? <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                line.push(letter);
                if line.chars().count() > 1 && self.width(&line)? > width {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        if lines.len() > max_lines {
            lines.truncate(max_lines);
            if let Some(last) = lines.last_mut() {
                *last = self.shorten(&format!("{last} …"), width)?;
            }
        }
        Ok(lines)
    }

    /// A text on one line: itself if it fits, else its beginning and `…`.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn shorten(self, text: &str, width: f64) -> Result<String, FigureError> {
        let mut kept = words(text).collect::<Vec<_>>().join(" ");
        if self.width(&kept)? <= width {
            return Ok(kept);
        }
        loop {
            kept.pop();
            let shortened = format!("{}…", kept.trim_end_matches([' ', '…', ',', ':']));
            if kept.is_empty() || self.width(&shortened)? <= width {
                return Ok(shortened);
            }
        }
    }
}

/// The parts of a text between white space that may break a line.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_whitespace() && letter != '\u{A0}')
        .filter(|word| !word.is_empty())
}

/// Makes the faces known to plotters, once a process.
fn register() -> Result<(), FigureError> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let all = *REGISTERED.get_or_init(|| {
        Face::ALL
            .into_iter()
            .all(|face| register_font(FAMILY, face.style(), face.bytes()).is_ok())
    });
    if all {
        Ok(())
    } else {
        Err(FigureError::Font(format!("{FAMILY} is unreadable")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font_file() {
        // Advance of `n` in Noto Sans Regular is 618 units of 1000.
        let width = Font {
            face: Face::Regular,
            size: 10.0,
        }
        .width("nnnn")
        .unwrap();
        assert!((width - 24.72).abs() < 0.02, "{width}");
    }

    #[test]
    fn wrapped_lines_fit_and_keep_every_word() {
        let font = Font::regular(7.0);
        let text =
            "Consequences of the assumptions in a file, not a forecast; Беларусь между НАТО и ОДКБ";
        let lines = font.wrap(text, 40.0, 9).unwrap();
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| font.width(line).unwrap() <= 40.0));
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let font = Font::bold(9.0);
        let lines = font.wrap(&"escalation ".repeat(40), 60.0, 2).unwrap();
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…') && font.width(&lines[1]).unwrap() <= 60.0);
        let word = font.wrap(&"w".repeat(300), 60.0, 2).unwrap();
        assert!(
            word.iter().all(|line| font.width(line).unwrap() <= 60.0),
            "{word:?}"
        );
        assert_eq!(font.shorten("short", 60.0).unwrap(), "short");
        assert_eq!(font.shorten("  ", 60.0).unwrap(), "");
    }
}
