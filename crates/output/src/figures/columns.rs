//! Panels in columns: where each stands, and how high it is.

/// Height of a panel in millimetres, where there is room for it.
const HEIGHT: f64 = 46.0;
/// No panel that shares its column is lower than this, in millimetres, however long the legends are.
const LEAST_HEIGHT: f64 = 22.0;
/// Space between a panel's legend and the title of the panel below it, in millimetres.
const BETWEEN: f64 = 3.5;

/// What stands above and below a panel, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surroundings {
    /// Its title and the label of its vertical axis.
    pub above: f64,
    /// Its ticks, the label of its time axis and its legend.
    pub below: f64,
}

/// Where a panel stands, in millimetres from the top of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Top of its title.
    pub start: f64,
    /// Upper end of its vertical axis.
    pub top: f64,
    /// Lower end of its vertical axis.
    pub bottom: f64,
}

/// Places panels below each other in every column. The axes of the first panels begin together and
/// those of the last ones end together, so that a panel alone in its column is as high as the others
/// with all that stands between them. The first titles begin at `from`; panels that share a column shrink so
/// that the legends end at `to`.
pub fn place(columns: &[Vec<Surroundings>], (from, to): (f64, f64)) -> Vec<Vec<Place>> {
    let above = columns
        .iter()
        .filter_map(|column| Some(column.first()?.above));
    let above = above.fold(0.0, f64::max);
    let below = columns
        .iter()
        .filter_map(|column| Some(column.last()?.below));
    let below = below.fold(0.0, f64::max);
    let span = |column: &Vec<Surroundings>| {
        let count = column.len() as f64;
        let height = match column.len() {
            0 | 1 => HEIGHT,
            _ => {
                ((to - from - above - below - between(column)) / count).clamp(LEAST_HEIGHT, HEIGHT)
            }
        };
        between(column) + count * height
    };
    let span = columns.iter().map(span).fold(0.0, f64::max);
    columns
        .iter()
        .map(|column| {
            let height = (span - between(column)) / column.len().max(1) as f64;
            let (mut start, mut top) = (from, from + above);
            let mut places = Vec::with_capacity(column.len());
            for (index, panel) in column.iter().enumerate() {
                if index > 0 {
                    top = start + panel.above;
                }
                let bottom = top + height;
                places.push(Place { start, top, bottom });
                start = bottom + panel.below + BETWEEN;
            }
            places
        })
        .collect()
}

/// What stands between the first panel of a column and the last, without the panels between them.
fn between(column: &[Surroundings]) -> f64 {
    column
        .windows(2)
        .map(|pair| pair[0].below + BETWEEN + pair[1].above)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Surroundings = Surroundings {
        above: 10.0,
        below: 20.0,
    };

    #[test]
    fn panels_side_by_side_are_of_one_height_wherever_they_should_end() {
        let tall = Surroundings {
            above: 14.0,
            ..PLAIN
        };
        for to in [0.0, 60.0, 1000.0] {
            let places = place(&[vec![PLAIN], vec![tall]], (0.0, to));
            let both = Place {
                start: 0.0,
                top: 14.0,
                bottom: 14.0 + HEIGHT,
            };
            assert_eq!(places, [vec![both], vec![both]]);
        }
    }

    #[test]
    fn columns_begin_and_end_together() {
        let places = place(&[vec![PLAIN], vec![PLAIN, PLAIN]], (5.0, 135.0));
        let height = (130.0 - 60.0 - BETWEEN) / 2.0;
        assert_eq!(places[1][0].bottom, 15.0 + height);
        assert_eq!(places[1][1].start, 35.0 + height + BETWEEN);
        assert_eq!(places[1][1].bottom, 115.0);
        assert_eq!((places[0][0].top, places[0][0].bottom), (15.0, 115.0));
    }

    #[test]
    fn shared_columns_shrink_to_the_least_height_and_grow_to_the_usual_one() {
        for (to, height) in [(0.0, LEAST_HEIGHT), (1000.0, HEIGHT)] {
            let places = place(&[vec![PLAIN, PLAIN]], (0.0, to));
            for panel in &places[0] {
                assert_eq!(panel.bottom - panel.top, height);
            }
        }
        assert!(place(&[], (0.0, 100.0)).is_empty());
    }
}
