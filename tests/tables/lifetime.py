"""Reference values for the laws of age: crates/model/src/lifetime/reference.csv.

    python3 tests/tables/lifetime.py > crates/model/src/lifetime/reference.csv
    python3 tests/tables/lifetime.py --dense > dense.csv
    LIFETIME_TABLE=$PWD/dense.csv cargo test --release lifetime -- --ignored --nocapture

Needs mpmath 1.3 (random numbers are seeded, so the output is always the same). Each row is

    family, signature, arguments separated by blanks, h, age, H

where `age` is the exact age of cumulative hazard `h`, rounded to a double, and `H` is the exact cumulative
hazard of that rounded age. So `h -> age` tests the inverse and `age -> H` tests the cumulative hazard, and the
rounding of the age, which can matter much near the end of a bounded support, is in neither.

Nothing here is shared with the Rust code: distribution functions come from mpmath's hypergeometric series
with 60 digits, inverses from an enclosing secant method on ln H.
"""

import random
import sys

from mpmath import mp, mpf

mp.dps = 60


def neg_log(survival):
    return -mp.log(survival)


def from_parts(passed, survival):
    """H from whichever of F and 1 - F is the smaller."""
    return -mp.log1p(-passed) if passed < 0.5 else -mp.log(survival)


def exponential(args, signature):
    scale = 1 / args[0] if signature == 0 else args[0]
    return lambda age: age / scale, mpf(0), None, scale


def weibull(args, _):
    shape, scale = args
    return lambda age: (age / scale) ** shape, mpf(0), None, scale


def gamma(args, signature):
    shape, scale = args
    if signature == 1:
        scale = scale / shape

    def hazard(age):
        x = age / scale
        if x < shape + 1:
            passed = x**shape * mp.exp(-x) / mp.gamma(shape + 1) * mp.hyp1f1(1, shape + 1, x)
            return -mp.log1p(-passed)
        return -mp.log(mp.gammainc(shape, x, mp.inf, regularized=True))

    return hazard, mpf(0), None, scale * shape


def upper(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


def lognormal(args, _):
    median, sigma = args

    def hazard(age):
        z = mp.log(age / median) / sigma
        return from_parts(upper(-z), upper(z))

    return hazard, mpf(0), None, median


def normal(args, _):
    mean, sd = args
    start = -mean / sd

    def hazard(age):
        z = (age - mean) / sd
        # A hundred digits are more than the subtraction can lose.
        with mp.workdps(160):
            passed = (upper(-z) - upper(-start)) / upper(start)
            if start > 0:
                passed = (upper(start) - upper(z)) / upper(start)
            return from_parts(passed, upper(z) / upper(start))

    return hazard, mpf(0), None, sd / max(abs(start), 1)


def uniform(args, _):
    low, high = args
    return lambda below, above: from_parts(below, above), low, high, None


def triangular(args, _):
    low, mode, high = args
    rising = (mode - low) / (high - low)
    falling = (high - mode) / (high - low)

    def hazard(below, above):
        if above > falling:
            return from_parts(below**2 / rising, (above - falling + below * above) / rising)
        return from_parts(1 - above**2 / falling, above**2 / falling)

    return hazard, low, high, None


def beta(args, _):
    a, b, low, high = args

    def hazard(below, above):
        density = below**a * above**b / mp.beta(a, b)
        if below < a / (a + b):
            passed = density / a * mp.hyp2f1(1, a + b, a + 1, below, maxterms=10**7)
            return from_parts(passed, 1 - passed)
        survival = density / b * mp.hyp2f1(1, a + b, b + 1, above, maxterms=10**7)
        return from_parts(1 - survival, survival)

    return hazard, low, high, None


FAMILIES = dict(
    exponential=exponential,
    weibull=weibull,
    gamma=gamma,
    lognormal=lognormal,
    normal=normal,
    uniform=uniform,
    triangular=triangular,
    beta=beta,
)


def place(low, high, scale, w):
    """The arguments of a law's hazard at the unknown w: ln(age / scale), or the logit of the share below."""
    if high is None:
        return [mp.exp(w) * scale]
    return [1 / (1 + mp.exp(-w)), 1 / (1 + mp.exp(w))]


def age_of(low, high, parts):
    if high is None:
        return parts[0]
    below, above = parts
    return low + (high - low) * below if below < above else high - (high - low) * above


def solve(hazard, low, high, scale, h):
    """The age of cumulative hazard h."""

    def f(w):
        return mp.log(hazard(*place(low, high, scale, w))) - mp.log(h)

    a, b = mpf(-1), mpf(1)
    fa, fb = f(a), f(b)
    while fa > 0:
        b, fb, a = a, fa, 2 * a
        fa = f(a)
    while fb < 0:
        a, fa, b = b, fb, 2 * b
        fb = f(b)
    # Regula falsi of Anderson and Bjorck: enclosed, and superlinear.
    for _ in range(400):
        c = b - fb * (b - a) / (fb - fa)
        fc = f(c)
        if abs(fc) < mpf(10) ** -30 or abs(b - a) < mpf(10) ** -30:
            return age_of(low, high, place(low, high, scale, c))
        if (fc > 0) != (fb > 0):
            a, fa = b, fb
        else:
            m = 1 - fc / fb
            fa *= m if m > 0 else mpf(1) / 2
        b, fb = c, fc
    raise ValueError("no convergence")


SPARSE_HAZARDS = [1e-12, 1e-6, 0.01, 0.25, 1.0, 3.0, 20.0, 700.0]
DENSE_HAZARDS = [1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.1, 0.3, 0.6, 0.7, 1.0, 1.5, 3.0, 8.0, 20.0, 60.0, 200.0, 700.0]

SPARSE = [
    ("exponential", 0, [0.3]),
    ("exponential", 1, [7.0]),
    ("weibull", 0, [0.1, 2.0]),
    ("weibull", 0, [1.8, 6.0]),
    ("weibull", 0, [20.0, 0.5]),
    *(("gamma", 0, [k, 1.5]) for k in [0.05, 0.3, 0.9, 1.0, 1.1, 2.5, 4.0, 11.0, 17.0, 60.0, 200.0]),
    ("gamma", 1, [4.0, 0.25]),
    *(("lognormal", 0, [0.3, s]) for s in [0.05, 0.5, 4.0]),
    *(("normal", 0, [m, 0.5]) for m in [-4.0, -1.5, -0.5, -0.05, 0.0, 0.05, 0.3, 1.0, 4.0]),
    ("uniform", 0, [0.0, 3.0]),
    ("uniform", 0, [2.0, 3.0]),
    ("triangular", 0, [0.0, 0.0, 1.5]),
    ("triangular", 0, [0.0, 1.5, 1.5]),
    ("triangular", 0, [0.0, 0.01, 1.5]),
    ("triangular", 0, [1.0, 2.5, 3.0]),
    *(
        ("beta", 0, [a, b, low, 3.0])
        for a, b, low in [
            (0.2, 0.2, 0.0),
            (0.2, 50.0, 0.0),
            (50.0, 0.2, 0.0),
            (50.0, 50.0, 0.0),
            (1.0, 1.0, 0.0),
            (1.0, 3.0, 0.0),
            (2.0, 1.0, 0.0),
            (0.5, 4.0, 0.0),
            (2.0, 5.0, 1.0),
            (12.0, 3.0, 0.0),
            (1.5, 40.0, 0.0),
        ]
    ),
]


def dense():
    shapes = [0.05, 0.1, 0.2, 0.5, 0.8, 0.99, 1.0, 1.01, 1.5, 2.0, 3.3, 5.0, 8.0, 12.0, 15.9, 16.1, 30.0, 70.0, 120.0, 200.0]
    for shape in [0.1, 0.3, 0.7, 1.0, 1.8, 5.0, 20.0]:
        yield "weibull", 0, [shape, 6.0]
    for shape in shapes:
        yield "gamma", 0, [shape, 1.0]
        yield "gamma", 1, [shape, 0.25]
    for sigma in [0.05, 0.1, 0.3, 0.5, 1.0, 2.0, 4.0]:
        yield "lognormal", 0, [0.3, sigma]
    for mean in [0.0, 0.01, 0.1, 0.24, 0.26, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0]:
        for sign in [1, -1]:
            yield "normal", 0, [sign * mean, 1.0]
            yield "normal", 0, [sign * mean * 0.1, 0.1]
    for low, width in [(0.0, 1.0), (0.5, 0.25), (3.0, 7.0)]:
        yield "uniform", 0, [low, low + width]
        for share in [0.0, 1e-9, 0.001, 0.1, 0.5, 0.7, 0.999, 1.0]:
            yield "triangular", 0, [low, low + share * width, low + width]
    ab = [0.2, 0.5, 0.9, 1.0, 1.1, 2.0, 3.5, 7.0, 15.0, 25.0, 50.0]
    for a in ab:
        for b in ab:
            yield "beta", 0, [a, b, 0.0, 1.0]
    rng = random.Random(1)
    for _ in range(40):
        yield "gamma", 0, [0.05 * 4000 ** rng.random(), 1.0]
        yield "beta", 0, [0.2 * 250 ** rng.random(), 0.2 * 250 ** rng.random(), 0.0, 2.0]
        yield "normal", 0, [rng.uniform(-8, 8), 1.0]
    # Beyond the range that is promised, towards the limits that constructors set.
    for shape in [0.01, 1e3]:
        yield "weibull", 0, [shape, 6.0]
    for shape in [0.01, 1e3, 1e4, 1e6]:
        yield "gamma", 0, [shape, 1.0]
    for sigma in [0.001, 20.0]:
        yield "lognormal", 0, [0.3, sigma]
    for score in [-1e6, -1e4, -100.0, 30.0, 100.0, 1e4]:
        yield "normal", 0, [score, 1.0]
    for a, b in [(0.01, 0.01), (0.01, 300.0), (300.0, 0.01), (0.01, 3.0), (3.0, 0.01), (1e3, 1e3), (1e3, 2.0), (1e4, 1e4), (1e4, 2.0)]:
        yield "beta", 0, [a, b, 0.0, 1.0]


def main():
    wide = "--dense" in sys.argv
    cases = dense() if wide else SPARSE
    for family, signature, args in cases:
        exact = [mpf(arg) for arg in args]
        hazard, low, high, scale = FAMILIES[family](exact, signature)
        for h in DENSE_HAZARDS if wide else SPARSE_HAZARDS:
            age = float(solve(hazard, low, high, scale, mpf(h)))
            if age < 1e-290 or age > 1e290:  # a double has too few digits left
                continue
            ended = high is not None and age >= high
            rounded = mpf(age)
            parts = [rounded] if high is None else [(rounded - low) / (high - low), (high - rounded) / (high - low)]
            exact_h = "inf" if ended else mp.nstr(hazard(*parts), 20)
            print(f"{family},{signature},{' '.join(map(repr, args))},{h!r},{age!r},{exact_h}", flush=True)


if __name__ == "__main__":
    main()
