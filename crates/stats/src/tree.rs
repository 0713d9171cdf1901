//! Merging parts in a fixed tree.

/// Merges a sequence of parts pairwise, so that the shape of the tree, and with it every bit of a merged
/// floating-point sum, depends on the number of parts alone.
///
/// It works like a binary counter: two trees of equal height become one.
#[derive(Debug, Clone)]
pub struct MergeTree<T> {
    /// Height and sum of each tree, highest first.
    trees: Vec<(u32, T)>,
}

impl<T> Default for MergeTree<T> {
    fn default() -> Self {
        Self { trees: Vec::new() }
    }
}

impl<T> MergeTree<T> {
    /// Adds the next part; `merge(a, b)` adds the later `b` to the earlier `a`.
    pub fn push(&mut self, part: T, merge: impl Fn(&mut T, T)) {
        let (mut height, mut sum) = (0, part);
        while self.trees.last().is_some_and(|(last, _)| *last == height) {
            if let Some((_, mut earlier)) = self.trees.pop() {
                merge(&mut earlier, sum);
                sum = earlier;
                height += 1;
            }
        }
        self.trees.push((height, sum));
    }

    /// What `part` makes of everything merged so far, which stays as it is.
    pub fn so_far<S>(&self, part: impl Fn(&T) -> S, merge: impl Fn(&mut S, S)) -> Option<S> {
        let mut trees = self.trees.iter().rev().map(|(_, sum)| part(sum));
        let last = trees.next()?;
        Some(trees.fold(last, |later, mut earlier| {
            merge(&mut earlier, later);
            earlier
        }))
    }

    /// Everything merged, later trees into earlier ones; none where nothing was pushed.
    pub fn finish(mut self, merge: impl Fn(&mut T, T)) -> Option<T> {
        let (_, mut sum) = self.trees.pop()?;
        while let Some((_, mut earlier)) = self.trees.pop() {
            merge(&mut earlier, sum);
            sum = earlier;
        }
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::MergeTree;

    #[test]
    fn the_shape_is_that_of_a_binary_counter() {
        let merge = |a: &mut String, b: String| *a = format!("({a}{b})");
        let tree = |n: usize| {
            let mut tree = MergeTree::default();
            for part in "abcdefg".chars().take(n) {
                tree.push(part.to_string(), merge);
            }
            let so_far = tree.so_far(String::clone, merge);
            let finished = tree.finish(merge);
            assert_eq!(so_far, finished);
            finished
        };
        assert_eq!(tree(0), None);
        assert_eq!(tree(1).unwrap(), "a");
        assert_eq!(tree(4).unwrap(), "((ab)(cd))");
        assert_eq!(tree(7).unwrap(), "(((ab)(cd))((ef)g))");
    }
}
