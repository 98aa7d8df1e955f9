"""What decides when something is said, and when it is not. Every number carries its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The gates and thresholds of one analysis.

    ``lags`` None means: the day itself, and the day before it as well once the diary can bear the question
    (``nights_for_two_lags``). Give a tuple of lags to decide it yourself.
    """

    lags: tuple[int, ...] | None = None
    mass: float = 0.90  # of an interval; read aloud as "9 in 10"
    changes_below: float = 0.05  # lfsr: at most 1 in 20 such findings has the wrong sign
    possible_below: float = (
        0.30  # lfsr: worth an experiment; about 1 in 10 on such a list is wrong (measured)
    )
    small_chance: float = (
        0.90  # "no clear effect" needs this chance of less than the least change that matters,
    )
    small_reach: float = (
        1.82  # and a range that ends within 1.5 times: log(1.5) / log(1.25) of that least change
    )
    event_nights: int = 10  # a judgement: below this the model finds nothing (power 0)
    other_nights: int = 10
    nights_each_way: int = 5  # with the factor, and without it
    good_event_nights: int = 40  # below this only large effects can show
    small_points: float = 0.5  # of a score, for a factor's full swing: half a step is not noticed
    nights_for_two_lags: int = 40  # event nights; with fewer, a second lag is only more noise on the list
    most_columns: int = 300  # factors times lags in one fit; its cost grows with the cube
    alike_above: float = 0.8  # |r| of two factors that the nights can hardly tell apart
    same_above: float = 0.98  # |r| of two factors that are one thing written twice
    persistent_above: float = 0.6  # r of a factor with itself a day earlier: both lags are one claim
    logged_share: float = 0.6  # of the nights between first and last
    check_timing: bool = True  # whether a factor that comes after bad nights may still be called a cause
    check_laplace: bool = (
        False  # whether to check the approximation by sampling: slower, for those who want to know
    )
    seed: int = 1

    def __post_init__(self) -> None:
        if self.lags is not None and (
            not self.lags
            or any(lag < 0 or lag > 7 for lag in self.lags)
            or len(set(self.lags)) < len(self.lags)
        ):
            raise ValueError("lags are whole days from 0 to 7, each once")
        if not 0.5 <= self.mass < 1:
            raise ValueError(f"mass is {self.mass}; it must be from 0.5 to under 1")
