//! Colours: safe for colour-blind readers, ordered by lightness where the data has an order.

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Text and axes.
pub const INK: Rgb = Rgb(0x1A, 0x1A, 0x1A);
/// Less important text.
pub const MUTED: Rgb = Rgb(0x4D, 0x4D, 0x4D);
/// Paper and separators.
pub const WHITE: Rgb = Rgb(0xFF, 0xFF, 0xFF);

/// From the lowest to the highest level: pale blue, amber, vermilion, plum; CIELAB lightness about 94, 78, 53, 19.
const LEVELS: [Rgb; 4] = [
    Rgb(0xE3, 0xEE, 0xF5),
    Rgb(0xF2, 0xB9, 0x4D),
    Rgb(0xD1, 0x55, 0x2C),
    Rgb(0x4A, 0x14, 0x38),
];

/// Okabe and Ito's colours without their yellow, which is too light for a line on white.
const CATEGORIES: [Rgb; 7] = [
    Rgb(0x00, 0x72, 0xB2),
    Rgb(0xD5, 0x5E, 0x00),
    Rgb(0x00, 0x00, 0x00),
    Rgb(0x00, 0x9E, 0x73),
    Rgb(0xCC, 0x79, 0xA7),
    Rgb(0x56, 0xB4, 0xE9),
    Rgb(0xE6, 0x9F, 0x00),
];

/// The first and the second of two things laid over each other, far apart in lightness.
pub const FIRST: Rgb = Rgb(0x00, 0x45, 0x80);
pub const SECOND: Rgb = CATEGORIES[1];

/// One hue in four strengths: middle 90 %, middle 50 %, interval of the mean, mean.
pub const STRENGTHS: [Rgb; 4] = [
    Rgb(0xDB, 0xE7, 0xF1),
    Rgb(0xB0, 0xCB, 0xE2),
    Rgb(0x5C, 0x94, 0xC4),
    Rgb(0x0B, 0x3C, 0x68),
];

/// Colour of level `index` of `count`, darker the higher the level.
pub fn level(index: usize, count: usize) -> Rgb {
    let steps = count.saturating_sub(1).max(1);
    let place = index.min(steps) * (LEVELS.len() - 1);
    let (from, part) = (place / steps, place % steps);
    let to = (from + 1).min(LEVELS.len() - 1);
    mix(LEVELS[from], LEVELS[to], part as f64 / steps as f64)
}

/// Colour of the `index`-th of several things without an order; they repeat after seven.
pub fn category(index: usize) -> Rgb {
    CATEGORIES[index % CATEGORIES.len()]
}

/// White for 0, and darker up to 1.
pub fn shade(share: f64) -> Rgb {
    mix(WHITE, STRENGTHS[3], share.clamp(0.0, 1.0))
}

/// Black or white, whichever is easier to read on `background`.
pub fn readable_on(background: Rgb) -> Rgb {
    let luminance = relative_luminance(background);
    let contrast_with_ink = (luminance + 0.05) / (relative_luminance(INK) + 0.05);
    let contrast_with_white = 1.05 / (luminance + 0.05);
    if contrast_with_ink >= contrast_with_white {
        INK
    } else {
        WHITE
    }
}

fn mix(from: Rgb, to: Rgb, part: f64) -> Rgb {
    let channel =
        |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    Rgb(
        channel(from.0, to.0),
        channel(from.1, to.1),
        channel(from.2, to.2),
    )
}

/// Relative luminance, 0 to 1 (WCAG 2.1).
fn relative_luminance(Rgb(red, green, blue): Rgb) -> f64 {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            libm::pow((share + 0.055) / 1.055, 2.4)
        }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CIELAB lightness, 0 to 100.
    fn lightness(colour: Rgb) -> f64 {
        116.0 * libm::cbrt(relative_luminance(colour)) - 16.0
    }

    #[test]
    fn levels_darken_whatever_their_number() {
        for count in 1..=12 {
            let shades: Vec<f64> = (0..count)
                .map(|index| lightness(level(index, count)))
                .collect();
            assert!(
                shades.windows(2).all(|pair| pair[0] - pair[1] > 3.0),
                "{count}: {shades:?}"
            );
        }
    }

    #[test]
    fn four_levels_are_far_apart_in_grey() {
        let shades: Vec<f64> = (0..4).map(|index| lightness(level(index, 4))).collect();
        assert!(
            shades.windows(2).all(|pair| pair[0] - pair[1] > 14.0),
            "{shades:?}"
        );
    }

    #[test]
    fn strengths_darken() {
        assert!(
            STRENGTHS
                .windows(2)
                .all(|pair| lightness(pair[0]) - lightness(pair[1]) > 10.0)
        );
    }

    #[test]
    fn text_on_a_level_has_contrast() {
        for index in 0..4 {
            let colour = level(index, 4);
            let (light, dark) = (
                relative_luminance(colour),
                relative_luminance(readable_on(colour)),
            );
            let contrast = (light.max(dark) + 0.05) / (light.min(dark) + 0.05);
            assert!(contrast > 4.0, "level {index}: {contrast}");
        }
    }
}
