//! The texts that schema and reader are tried on.

/// The head of a scenario.
pub const HEADER: &str =
    "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nepoch = 2020-01-01\nhorizon = 10.0\n";

/// Why a wrong file is refused by the schema, or cannot be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sight {
    /// The schema refuses it.
    Seen,
    /// It is not TOML, or holds numbers that TOML does not, so that no schema is asked.
    NotToml,
    /// One must know what names stand for, and what may be read where.
    Names,
    /// One must compute, or compare values.
    Values,
    /// One must read what a text says. A date is a text, too.
    Texts,
}

use Sight::{Names, NotToml, Seen, Texts, Values};

/// The files of `inputs/wrong`.
pub const WRONG: [(&str, Sight); 64] = [
    ("allow", Seen),
    ("assignment-as-comparison", Texts),
    ("branches", Values),
    ("by", Seen),
    ("circle", Names),
    ("control-characters", Seen),
    ("date-before-epoch", Values),
    ("date-without-epoch", Texts),
    ("default-option", Values),
    ("derived-with-a-mistake", Names),
    ("empty", Seen),
    ("extends-circle", Names),
    ("extends-nothing", Names),
    ("extends-with-mistakes", Names),
    ("factor-reads-level", Names),
    ("guard-reads-time", Names),
    ("header-incomplete", Seen),
    ("horizon-not-positive", Seen),
    ("hypotheses", Seen),
    ("impossible-date", NotToml),
    ("initial-value-out-of-bounds", Values),
    ("inverted-range", Seen),
    ("letters-beyond-ascii", Texts),
    ("limits", Seen),
    ("lines-of-an-expression", Names),
    ("name-clash", Names),
    ("name-no-folder", Seen),
    ("name-reserved", Seen),
    ("name-that-can-be-read-in-two-ways", Names),
    ("names-too-long", Names),
    ("no-clock", Seen),
    ("no-doctrine", Names),
    ("no-effect", Seen),
    ("number-not-finite", NotToml),
    ("number-too-large-in-expression", Texts),
    ("numbers-below-zero", Values),
    ("outcomes", Seen),
    ("parameter-without-unit", Seen),
    ("probability", Values),
    ("rate-below-zero", Values),
    ("rates", Seen),
    ("set-element-twice", Seen),
    ("set-name", Seen),
    ("set-with-placeholders", Seen),
    ("several", Seen),
    ("several-keys-missing", Seen),
    ("state-alone", Names),
    ("sums-without-end", Texts),
    ("syntax-of-effect", Seen),
    ("syntax-of-expression", Texts),
    ("syntax-of-toml", NotToml),
    ("two-clocks", Seen),
    ("undefined-name", Names),
    ("undefined-placeholder", Seen),
    ("undefined-set", Names),
    ("undefined-state", Names),
    ("undefined-variable-in-effect", Names),
    ("unknown-function", Texts),
    ("unknown-key", Seen),
    ("unknown-law", Seen),
    ("unknown-section", Seen),
    ("wrong-law-arguments", Texts),
    ("wrong-number-of-arguments", Texts),
    ("wrong-types", Seen),
];

/// The files of `inputs/wrong-policies`.
pub const WRONG_POLICIES: [(&str, Sight); 6] = [
    ("rate-below-zero", Values),
    ("unknown-lever", Names),
    ("unknown-option", Names),
    ("unknown-parameter", Names),
    ("without-name", Seen),
    ("wrong-rule", Seen),
];

/// The scenario of which policies are read.
pub const BESIDE_POLICIES: &str = r#"
[scenario]
name = "t"
time_unit = "year"
horizon = 1
[parameters]
onset = { value = 1, unit = "1/year" }
[levers]
course = { options = ["soft", "hard"], default = "soft" }
"#;

/// Two sets that [`SHAPES`] are about.
pub const SETS: &str = "[sets]\nside = { east = { kind = \"real\", memory = \"resume\", better = \"lower\", n = 2 }, west = { kind = \
                \"integer\", memory = \"restart\", better = \"higher\", n = 1 } }\n";

/// Sections, right and wrong, of which one look at their shape decides.
pub const SHAPES: [&str; 112] = [
    "[variables]\nx = { initial = 1, kind = \"integer\" }",
    "[variables]\nx = { initial = 1, kind = \"real\", min = 0, max = \"1 + 1\" }",
    "[variables]\nx = { initial = 1, kind = \"whole\" }",
    "[variables]\nx = { initial = true }",
    "[variables]\nx = { initial = \"a\", states = [\"a\", \"b\"] }",
    "[variables]\nx = { initial = 0, states = [\"a\", \"b\"] }",
    "[variables]\nx = { initial = \"a\", states = [\"a\", \"a\"] }",
    "[variables]\nx = { initial = \"a\", states = [] }",
    "[variables]\nx = { initial = \"a\", states = [\"a\", \"b-c\"] }",
    "[variables]\nx = { initial = \"a\", states = [\"a\"], min = 0 }",
    "[variables]\nx = { initial = \"a\", states = [\"a\"], kind = \"real\" }",
    "[variables]\nx-y = { initial = 1 }",
    "[variables.\"x_{side}\"]\nfor = \"side\"\ninitial = 1\nkind = \"{side.kind}\"",
    "[variables.\"{side}\"]\nfor = \"side\"\ninitial = \"{side.n}\"",
    "[variables.\"x_{side}\"]\ninitial = 1",
    "[parameters]\nx = { value = \" 0.5 \", unit = \"1\", range = [\"0\", 1e3] }",
    "[parameters]\nx = { value = \"half\", unit = \"1\" }",
    "[parameters]\nx = { value = true, unit = \"1\" }",
    "[parameters]\nx = { value = 1, unit = 1 }",
    "[parameters]\nx = { value = 1, unit = \"1\", range = [0, 1, 2] }",
    "[parameters]\nx = { value = 1, unit = \"1\", distribution = \"gauss(1, 2)\" }",
    "[parameters.\"x_{side}\"]\nfor = \"side\"\nvalue = \"{side.n}\"\nunit = \"1\"\nneutral = \"-{side.n}\"",
    "[parameters]\ndoctrine = { value = 1, unit = \"1\" }",
    "[derived]\nx = \"1 + 1\"\ny = 2\nz = true",
    "[derived]\nx = { value = \"1 + 1\", unit = \"1\" }",
    "[derived]\nx = { unit = \"1\" }",
    "[derived]\nx = [1]",
    "[derived]\n\"x_{side}\" = 1",
    "[levers]\nx = { options = [\"a\"], default = \"a\", actor = \"west\" }",
    "[levers]\nx = { options = \"a\", default = \"a\" }",
    "[obligations]\ntime = { breached_when = true }",
    "[obligations]\nx = { breached_when = 1 }",
    "[events]\nx = { rate = 1, do = [] }",
    "[events]\nx = { rate = \"1\", do = [], when = false, priority = -1 }",
    "[events]\nx = { rate = 1, do = [], when = 1 }",
    "[events]\nx = { rate = 1, do = [], priority = 1.5 }",
    "[events]\nx = { rate = 1, do = [], delay = \"fixed(1)\" }",
    "[events]\nx = { rate = 1, do = [], memory = \"resume\" }",
    "[events]\nx = { rate = 1, do = [\"x\"] }",
    "[events]\nx = { at = 2021-01-01, do = [] }",
    "[events]\nx = { at = [2021-01-01, 1.5, \"1 + 1\"], do = [] }",
    "[events]\nx = { at = [true], do = [] }",
    "[events]\nx = { every = 1, first = 2020-06-01, do = [] }",
    "[events]\nx = { at = 1, first = 1, do = [] }",
    "[events]\nx = { instant = true, when = false, do = [] }",
    "[events]\nx = { instant = false, do = [] }",
    "[events]\nx = { clock = \"weibull(1, 2)\", hazard_ratio = 2, memory = \"resume\", do = [] }",
    "[events]\nx = { clock = \"weibull(1, 2)\", hazard_ratio = 2, speed = 2, do = [] }",
    "[events]\nx = { clock = \"weibull(1, 2)\", memory = \"forget\", do = [] }",
    "[events]\nx = { clock = \"weibull 1\", do = [] }",
    "[events]\nx = { clock = \"fixed(1)\", speed = 2, do = [] }",
    "[events]\nx = { clock = \" fixed (1)\", hazard_ratio = 2, do = [] }",
    "[events]\nx = { clock = \"empirical([1])\", hazard_ratio = 2, do = [] }",
    "[events.\"x_{side}\"]\nfor = \"side\"\nclock = \"fixed(1)\"\nmemory = \"{side.memory}\"\ndo = []",
    "[events]\nx = { rate = 1, do = [] }\ny = { after = \"x\", delay = \"fixed(1)\", probability = 0.5, do = [] }",
    "[events]\nx = { rate = 1, do = [] }\ny = { after = \"x\", do = [] }",
    "[events]\nx = { rate = 1, branches = [{ probability = 1, do = [] }] }",
    "[events]\nx = { rate = 1, branches = [{ probability = 1 }] }",
    "[events]\nx = { rate = 1, branches = [{ probability = 1, do = [], when = true }] }",
    "[variables]\nx = { initial = 1 }\n[events]\nx = { rate = 1, do = \" x =-1\" }",
    "[variables.\"x_{side}\"]\nfor = \"side\"\ninitial = 1\n[events]\nx.rate = 1\nx.do = [\"x_east += 1\"]",
    "[variables.\"x_{side}\"]\nfor = \"side\"\ninitial = 1\n[events.\"{side}\"]\nfor = \"side\"\nrate = 1\ndo = [\"x_{side} -= 1\"]",
    "[doctrine]\nlevels = [\"calm\", \"danger\"]\nrules = { danger = true }",
    "[doctrine]\nrules = {}",
    "[doctrine]\nlevels = [\"calm\", \"2\"]",
    "[doctrine]\nlevels = [\"calm\"]\nrules = { calm = 1 }",
    "[doctrine]\nlevels = [\"calm\"]\nfactors = { x = { level = \"calm\", active_when = true, clears_when = false } }",
    "[doctrine]\nlevels = [\"calm\"]\nfactors = { x = { level = \"calm\" } }",
    "[outcomes]\ntime = { ever = true, better = \"lower\" }",
    "[outcomes]\nx = { maximum = 1, better = \"higher\" }",
    "[variables]\nx = { initial = \"a\", states = [\"a\"] }\n[outcomes]\ny = { first_time = true, by = \"x\" }",
    "[variables]\nx = { initial = \"a\", states = [\"a\"] }\n[outcomes]\ny = { ever = true, by = \"x\" }",
    "[outcomes]\nx = { by = \"x\" }",
    "[outcomes]\nx = { first_time = true, by = 1 }",
    "[outcomes]\nx = { ever = 1 }",
    "[outcomes]\nx = { ever = true, when = true }",
    "[events]\ne = { rate = 1, do = [] }\n[outcomes]\nx = { firings = \"e\", when = true }",
    "[events]\ne = { rate = 1, do = [] }\n[outcomes]\nx = { firings = \"e\", when = 1 }",
    "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = [\"x\"], observed = 1, interval = [0, 2] }",
    "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = \"x\", observed = 1, interval = [0, 2], note = \"n\", unit = \"1\" }",
    "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = \"x\", observed = 1, interval = [0] }",
    "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = \"x\", observed = 1 }",
    "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = [], per = \"x\", observed = 1, interval = [0, 2] }",
    "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = [1], per = \"x\", observed = 1, interval = [0, 2] }",
    "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = \"x\", observed = \"a\", interval = [0, 2] }",
    "[outcomes]\nx = { maximum = true }",
    "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"> 0\" }",
    "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"=0\", smallest = 0.1, unit = \"1\", source = \"s\" }",
    "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"> 1\" }",
    "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"> 0\", smallest = 0 }",
    "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = 0 }",
    "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\" }",
    "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"< 0\", given = 1 }",
    "[levers]\nl = { options = [\"a\", \"b\"], default = \"a\" }\n[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"< 0\", policy = \"p\", given = { l = \"b\" }, across = [\"l\"], neutral = [] }",
    "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"< 0\", across = \"l\" }",
    "[levers]\nl = { actor = \"a\", options = [\"a\", \"b\"], default = \"a\" }\n[outcomes]\nx = { ever = true }\n[payoffs]\na = \"2 * x\"",
    "[levers]\nl = { actor = \"a\", options = [\"a\", \"b\"], default = \"a\" }\n[outcomes]\nx = { ever = true }\n[payoffs]\na = 1.5",
    "[levers]\nl = { actor = \"a\", options = [\"a\", \"b\"], default = \"a\" }\n[outcomes]\nx = { ever = true }\n[payoffs]\na = true",
    "[levers]\nl = { actor = \"a\", options = [\"a\", \"b\"], default = \"a\" }\n[outcomes]\nx = { ever = true }\n[payoffs]\na = []",
    "[outcomes]\ntrial = { ever = true }",
    "[outcomes.\"x_{side}\"]\nfor = \"side\"\never = true\nbetter = \"{side.better}\"",
    "[outcomes.\"x_{side}\"]\never = true",
    "[series]\nx = { value = 1, every = \"0.5\" }",
    "[series]\nx = { value = true, every = 1 }",
    "[series]\nx = { value = 1, every = -1 }",
    "[sets]\nfront = [\"north\", \"south\"]\nback = []\n\"of names\" = {}",
    "[sets]\nfront = [\"north\", 1]",
    "[sets]\nfront = { north = 1 }",
    "[sets]\nfront = { north = { x = [1] } }",
    "[sets]\nfront = { \"{x}\" = {} }",
    "[sets]\nfront = 1",
    "events = 1",
];

/// Keys of a scenario's header, and whether they are right.
pub const HEADERS: [(&str, bool); 14] = [
    ("horizon = 1", true),
    ("horizon = \"1e1\"\ntitle = \"\"", true),
    ("horizon = \"long\"", false),
    ("horizon = 0.0", false),
    ("horizon = 1\nepoch = 2020-01-01", true),
    ("horizon = 1\nepoch = 2020", false),
    ("horizon = 1\nepoch = 2020-01-01T10:00:00", false),
    ("horizon = 1\nmax_events = 1\nmax_cascade = 1", true),
    ("horizon = 1\nmax_events = 0", false),
    (
        "horizon = 1\nallow = [\"sources\", \"guards\", \"sources\"]",
        true,
    ),
    ("horizon = 1\nallow = \"sources\"", false),
    ("horizon = 1\nallow = [\"unusual\"]", false),
    ("horizon = 1\nextends = 1", false),
    ("horizon = 1\nmax_cascade = 1.5", false),
];

/// Keys of a policy, and whether they are right.
pub const POLICIES: [(&str, bool); 12] = [
    ("title = \"t\"\nsource = \"s\"", true),
    ("choose = { course = \"hard\" }\nset = { onset = 2 }", true),
    ("set = { onset = \"2\" }", true),
    ("set = { onset = true }", false),
    ("choose = { course = 1 }", false),
    ("rules = { x = { when = true, choose = {} } }", true),
    (
        "rules = { x = { when = true, delay = \"fixed(1)\", choose = { course = \"hard\" } } }",
        true,
    ),
    (
        "rules = { x = { when = true, delay = 1, choose = {} } }",
        false,
    ),
    ("rules = { x = { when = 1, choose = {} } }", false),
    ("rules = { x = { choose = {} } }", false),
    ("rules = { x-y = { when = true, choose = {} } }", false),
    ("events = {}", false),
];

/// The file that [`EXTENDING`] extends.
pub const EXTENDED: &str = r#"
[scenario]
name = "t"
time_unit = "year"
horizon = 1
[sets]
x = ["one", "two"]
[parameters]
p = { value = 1, unit = "1" }
"p_{x}" = { for = "x", value = 1, unit = "1" }
[variables]
v = { initial = 1 }
war = { states = ["none", "open"], initial = "none" }
[derived]
d = { value = "v" }
[levers]
l = { options = ["soft", "hard"], default = "hard" }
[obligations]
o = { breached_when = true }
[events]
a = { rate = 1, do = [] }
b = { after = "a", delay = "fixed(2)", do = [] }
[doctrine]
levels = ["calm"]
factors = { f = { level = "calm", active_when = true } }
[outcomes]
a = { ever = true }
b = { first_time = "war != none" }
[series]
s = { value = 1, every = 0.5 }
"#;

/// A file that leaves out whatever the one that it extends gives.
pub const EXTENDING: &str = "scenario = { extends = \"other.toml\", allow = [\"literals\", \"unused\"] }\n\
                 parameters = { p = { value = 2 }, \"p_{x}\" = { source = \"s\" } }\n\
                 variables = { v = { max = 3 } }\n\
                 derived = { d = { title = \"D\" } }\n\
                 levers = { l = { default = \"soft\" } }\n\
                 obligations = { o = { text = \"t\" } }\n\
                 events = { a = { when = true }, b = { delay = \"fixed(1)\" } }\n\
                 doctrine = { factors = { f = { text = \"t\" } }, rules = {} }\n\
                 outcomes = { a = { title = \"A\" }, b = { by = \"war\" }, c = { first_time = \"war != none\", by = \"war\" } }\n\
                 series = { s = { every = 1 } }\n\
                 rates = { r = { count = [\"a\"], per = \"a\", observed = 1, interval = [0, 2] } }\n";

/// An unknown key in each kind of table, by the name of its definition in the schema.
pub fn unknown_keys() -> Vec<(&'static str, bool, String)> {
    let scenario = |body: &str| format!("{HEADER}{body}\n");
    vec![
        ("scenario", false, format!("zzzzzzzz = 1\n{HEADER}")),
        ("header", false, scenario("zzzzzzzz = 1")),
        ("parameter", false, scenario("[parameters.x]\nzzzzzzzz = 1")),
        ("variable", false, scenario("[variables.x]\nzzzzzzzz = 1")),
        ("derived", false, scenario("[derived.x]\nzzzzzzzz = 1")),
        ("lever", false, scenario("[levers.x]\nzzzzzzzz = 1")),
        (
            "obligation",
            false,
            scenario("[obligations.x]\nzzzzzzzz = 1"),
        ),
        ("event", false, scenario("[events.x]\nzzzzzzzz = 1")),
        (
            "branch",
            false,
            scenario("[events.x]\nbranches = [{ zzzzzzzz = 1 }]"),
        ),
        (
            "doctrine",
            false,
            scenario("[doctrine]\nlevels = [\"calm\"]\nzzzzzzzz = 1"),
        ),
        (
            "factor",
            false,
            scenario("[doctrine]\nlevels = [\"calm\"]\nfactors.x.zzzzzzzz = 1"),
        ),
        ("outcome", false, scenario("[outcomes.x]\nzzzzzzzz = 1")),
        ("series", false, scenario("[series.x]\nzzzzzzzz = 1")),
        ("rate", false, scenario("[rates.x]\nzzzzzzzz = 1")),
        (
            "hypothesis",
            false,
            scenario("[hypotheses.x]\nzzzzzzzz = 1"),
        ),
        ("policy", true, "name = \"p\"\nzzzzzzzz = 1\n".to_owned()),
        (
            "rule",
            true,
            "name = \"p\"\n[rules.x]\nzzzzzzzz = 1\n".to_owned(),
        ),
    ]
}
