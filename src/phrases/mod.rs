//! What does a sentence say by its words alone, wherever it stands?
//!
//! What that is worth is asked by `rank` and `pipeline`, which know of units, headings and places.

mod act;
mod beside;
mod blank;
mod ceremony;
mod closing;
mod colon;
mod deadline;
mod figures;
mod marks;
mod pointing;
mod shortfall;
mod telling;

pub use act::{begins_as_ground, goes_on_as_ground, names_act, names_act_of_annex, only_names_act};
pub use beside::{ends_report, is_beside};
pub use blank::{has_blank, has_gap, is_blank};
pub use ceremony::{is_attendance, is_salutation};
pub use closing::closes;
pub use colon::{is_said, is_said_by_interviewer, list_start, speaker};
pub use deadline::has_deadline;
pub use figures::{count_figures, figures, has_figures};
pub use marks::{asks, is_fragment, without_closers};
pub use pointing::{points_back, refers};
pub use shortfall::{contrasts, falls_short, tells_no_gain};
pub use telling::{is_pending, is_told_as_done, is_told_as_due, orders};
