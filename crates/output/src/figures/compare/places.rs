//! Places for labels beside points, where they cover neither each other nor what is drawn.

use crate::figures::stroke::Point;

/// An upright rectangle: left, top, right, bottom.
pub type Box4 = [f64; 4];

/// How far from its point a label may stand, in millimetres.
const DISTANCES: [f64; 9] = [1.6, 3.0, 5.0, 8.0, 12.0, 17.0, 23.0, 30.0, 40.0];
/// Directions from a point, as right and down: the level ones first.
const DIRECTIONS: [Point; 12] = [
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.71, -0.71),
    (0.71, 0.71),
    (-0.71, -0.71),
    (-0.71, 0.71),
    (0.0, -1.0),
    (0.0, 1.0),
    (0.92, -0.38),
    (0.92, 0.38),
    (-0.92, -0.38),
    (-0.92, 0.38),
];
/// A stroke under a label counts as so many millimetres of distance.
const CROSSED: f64 = 5.0;

/// Where labels may stand.
pub struct Room<'a> {
    /// The room as a whole.
    pub inside: Box4,
    /// What no label may cover.
    pub taken: Vec<Box4>,
    /// Strokes that labels should not cover, each as the box around it.
    pub strokes: &'a [Box4],
}

/// The box of each label, by its point and its size; none where one finds no place. Labels are placed one after the other.
pub fn place(labels: &[(Point, (f64, f64))], mut room: Room) -> Option<Vec<Box4>> {
    let mut placed = Vec::with_capacity(labels.len());
    let mut leaders: Vec<Box4> = Vec::new();
    for &(point, size) in labels {
        let candidates = DISTANCES.iter().flat_map(|distance| {
            DIRECTIONS
                .iter()
                .map(move |direction| (*distance, around(point, size, *distance, *direction)))
        });
        let free = candidates.filter(|(_, label)| {
            is_within(label, &room.inside) && !room.taken.iter().any(|other| overlap(label, other))
        });
        let cost = |(distance, label): &(f64, Box4)| {
            let strokes = room.strokes.iter().filter(|stroke| overlap(label, stroke));
            let under = leaders.iter().filter(|dot| overlap(label, dot));
            let over = dots(point, label).into_iter().filter(|dot| {
                let others = room.taken.iter().filter(|other| !holds(other, point));
                others.chain(&leaders).any(|other| overlap(dot, other))
            });
            distance + CROSSED * (strokes.count() + under.count() + over.count()) as f64
        };
        let (_, best) = free.min_by(|one, other| cost(one).total_cmp(&cost(other)))?;
        leaders.extend(dots(point, &best));
        room.taken.push(best);
        placed.push(best);
    }
    Some(placed)
}

/// Where the line from a point to its label ends, if the label stands so far off that it needs one.
pub fn leader(point: Point, label: &Box4) -> Option<Point> {
    /// Labels nearer than this, in millimetres, need no line.
    const NEAR: f64 = 2.5;
    let [left, top, right, bottom] = *label;
    let end = (point.0.clamp(left, right), point.1.clamp(top, bottom));
    let apart = (end.0 - point.0).abs().max((end.1 - point.1).abs());
    (apart > NEAR).then_some(end)
}

/// Small boxes along the line from a point to its label, without its ends.
fn dots(point: Point, label: &Box4) -> Vec<Box4> {
    /// How many.
    const COUNT: u8 = 12;
    let Some(end) = leader(point, label) else {
        return Vec::new();
    };
    let dot = |step: u8| {
        let share = f64::from(step) / f64::from(COUNT);
        let (x, y) = (
            point.0 + share * (end.0 - point.0),
            point.1 + share * (end.1 - point.1),
        );
        [x - 0.2, y - 0.2, x + 0.2, y + 0.2]
    };
    (1..COUNT).map(dot).collect()
}

/// Whether a point lies in a box.
fn holds(place: &Box4, (x, y): Point) -> bool {
    (place[0]..=place[2]).contains(&x) && (place[1]..=place[3]).contains(&y)
}

/// A label so far from a point in a direction.
fn around((x, y): Point, (width, height): (f64, f64), distance: f64, (right, down): Point) -> Box4 {
    let centre = (
        x + right * distance
            + right.signum() * (width / 2.0) * f64::from(u8::from(right.abs() > 0.1)),
        y + down * distance
            + down.signum() * (height / 2.0) * f64::from(u8::from(down.abs() > 0.1)),
    );
    [
        centre.0 - width / 2.0,
        centre.1 - height / 2.0,
        centre.0 + width / 2.0,
        centre.1 + height / 2.0,
    ]
}

/// Whether two boxes have an area or an edge in common.
fn overlap(one: &Box4, other: &Box4) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

fn is_within(inner: &Box4, outer: &Box4) -> bool {
    inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> Room<'static> {
        Room {
            inside: [0.0, 0.0, 100.0, 60.0],
            taken: Vec::new(),
            strokes: &[],
        }
    }

    #[test]
    fn labels_of_one_place_stand_apart_and_near() {
        let labels = vec![((50.0, 30.0), (12.0, 3.0)); 20];
        let placed = place(&labels, room()).unwrap();
        for (index, one) in placed.iter().enumerate() {
            assert!(is_within(one, &room().inside));
            assert!(placed[..index].iter().all(|other| !overlap(one, other)));
        }
        let alone = place(&labels[..1], room()).unwrap();
        assert_eq!(alone, [[51.6, 28.5, 63.6, 31.5]]);
    }

    #[test]
    fn strokes_are_avoided_and_what_is_taken_is_kept_free() {
        let stroke = [[40.0, 29.9, 90.0, 30.1]];
        let room = Room {
            strokes: &stroke,
            taken: vec![[48.0, 20.0, 52.0, 29.0]],
            ..room()
        };
        let placed = place(&[((50.0, 30.0), (12.0, 3.0))], room).unwrap();
        assert!(!overlap(&placed[0], &stroke[0]));
    }

    #[test]
    fn without_room_there_is_no_place() {
        assert_eq!(place(&[((50.0, 30.0), (200.0, 3.0))], room()), None);
    }
}
