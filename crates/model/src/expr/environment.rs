//! What an expression's checker asks of the place where the expression stands.

use super::template::Element;
use super::typed::{Expr, Type};

/// Why a name may not be read in a place: a message and what to do instead.
pub type Refusal = (String, Option<String>);

/// A checked expression and its type.
pub type Typed<S> = (Expr<S>, Type);

/// What names mean where an expression stands.
pub trait Environment {
    /// A value of the world.
    type Symbol: Copy;

    /// The symbol of a name and its type.
    ///
    /// # Errors
    /// `Some((message, help))` where the name exists but may not be read here; `None` where it does not exist.
    fn symbol(&self, name: &str) -> Result<(Self::Symbol, Type), Option<Refusal>>;

    /// What `function(argument)` means, for functions whose argument is a name of the domain;
    /// `None` where there is no such function. `suggests`: whether to look for the name that was probably meant.
    ///
    /// # Errors
    /// A message and a help where the argument is wrong or the function may not be called here.
    fn named_call(
        &self,
        function: &str,
        argument: &str,
        suggests: bool,
    ) -> Option<Result<Typed<Self::Symbol>, Refusal>>;

    /// The ordered states of a list.
    fn states(&self, list: usize) -> &[String];

    /// The position of a state in a list, if it is one of its states.
    fn state_place(&self, list: usize, state: &str) -> Option<usize>;

    /// The elements of a set.
    fn set(&self, name: &str) -> Option<&[Element]>;

    /// All names that could have been meant.
    fn names(&self) -> Box<dyn Iterator<Item = &str> + '_>;

    /// A name whose states include `state`, for the advice to compare with it.
    fn bearer_of_state(&self, state: &str) -> Option<&str>;

    /// Notes that an expression has so many operations with its sums written out. False if all expressions of the input
    /// together have too many; none is checked after that.
    fn spend(&self, operations: usize) -> bool;
}
