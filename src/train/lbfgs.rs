//! Minimises a smooth convex function.

use std::collections::VecDeque;

use candle_core::Result;

/// How many steps back the curvature is remembered.
const MEMORY: usize = 10;

/// The most steps taken; the regressions here take about twenty.
const MAX_STEPS: usize = 200;

/// How short a step of a search may become before the search ends.
const SHORTEST_STEP: f64 = 1e-12;

/// Limited-memory BFGS (Nocedal and Wright, *Numerical Optimization*, second edition, algorithms 7.4
/// and 7.5) with backtracking to the Armijo condition (3.4), from `start` until no component of the
/// gradient is greater than `tolerance`.
///
/// `objective` gives a point's value and gradient. Points at which these are not finite are never gone to.
///
/// # Errors
///
/// What `objective` reports, or if value or gradient are not finite at `start`.
pub(super) fn minimize(
    start: Vec<f64>,
    tolerance: f64,
    objective: impl Fn(&[f64]) -> Result<(f64, Vec<f64>)>,
) -> Result<Vec<f64>> {
    let mut place = Place::at(start, &objective)?;
    if !place.is_finite() {
        candle_core::bail!("the vectors or weights of the examples are too large, or not numbers");
    }
    let mut memory = VecDeque::with_capacity(MEMORY);
    for _ in 0..MAX_STEPS {
        if place.is_flat(tolerance) {
            break;
        }
        let direction = direction(&place.gradient, &memory);
        // Without curvature the gradient's length says nothing about how far to go.
        let step = if memory.is_empty() {
            1.0 / dot(&place.gradient, &place.gradient).sqrt()
        } else {
            1.0
        };
        let Some(next) = place.lower(&direction, step, &objective)? else {
            break;
        };
        if memory.len() == MEMORY {
            memory.pop_front();
        }
        memory.extend(Curvature::between(
            (&place.point, &place.gradient),
            (&next.point, &next.gradient),
        ));
        place = next;
    }
    Ok(place.point)
}

/// A point with its value and gradient.
struct Place {
    point: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

impl Place {
    fn at(point: Vec<f64>, objective: &impl Fn(&[f64]) -> Result<(f64, Vec<f64>)>) -> Result<Self> {
        let (value, gradient) = objective(&point)?;
        Ok(Self {
            point,
            value,
            gradient,
        })
    }

    fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().all(|component| component.is_finite())
    }

    fn is_flat(&self, tolerance: f64) -> bool {
        let mut components = self.gradient.iter();
        components.all(|component| component.abs() <= tolerance)
    }

    /// A lower place in `direction`, looked for from `step` times its length on down; none if there is none.
    fn lower(
        &self,
        direction: &[f64],
        mut step: f64,
        objective: &impl Fn(&[f64]) -> Result<(f64, Vec<f64>)>,
    ) -> Result<Option<Self>> {
        let slope = dot(direction, &self.gradient);
        // A step that is no number is not looked at either.
        while step >= SHORTEST_STEP {
            let point = self.point.iter().zip(direction);
            let point = point.map(|(x, direction)| x + step * direction).collect();
            let next = Self::at(point, objective)?;
            if next.value <= self.value + 1e-4 * step * slope && next.is_finite() {
                return Ok(Some(next));
            }
            step /= 2.0;
        }
        Ok(None)
    }
}

/// How the gradient changed over one step.
struct Curvature {
    step: Vec<f64>,
    change: Vec<f64>,
    scale: f64,
}

impl Curvature {
    /// Nothing where the step is too flat to tell.
    fn between(from: (&[f64], &[f64]), to: (&[f64], &[f64])) -> Option<Self> {
        let step: Vec<f64> =
            to.0.iter()
                .zip(from.0)
                .map(|(to, from)| to - from)
                .collect();
        let change: Vec<f64> =
            to.1.iter()
                .zip(from.1)
                .map(|(to, from)| to - from)
                .collect();
        let product = dot(&step, &change);
        (product > 1e-12).then(|| Self {
            step,
            change,
            scale: 1.0 / product,
        })
    }
}

/// The two-loop recursion: minus the gradient times the approximate inverse Hessian.
fn direction(gradient: &[f64], memory: &VecDeque<Curvature>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|component| -component).collect();
    let mut weights = Vec::with_capacity(memory.len());
    for curvature in memory.iter().rev() {
        let weight = curvature.scale * dot(&curvature.step, &direction);
        add_scaled(&mut direction, -weight, &curvature.change);
        weights.push(weight);
    }
    if let Some(last) = memory.back() {
        let scale = 1.0 / (last.scale * dot(&last.change, &last.change));
        for component in &mut direction {
            *component *= scale;
        }
    }
    for (curvature, weight) in memory.iter().zip(weights.into_iter().rev()) {
        let correction = curvature.scale * dot(&curvature.change, &direction);
        add_scaled(&mut direction, weight - correction, &curvature.step);
    }
    direction
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter()
        .zip(right)
        .map(|(left, right)| left * right)
        .sum()
}

fn add_scaled(target: &mut [f64], factor: f64, addend: &[f64]) {
    for (target, addend) in target.iter_mut().zip(addend) {
        *target += factor * addend;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_a_stretched_bowl() {
        let bowl = |x: &[f64]| {
            let value = (x[0] - 3.0).powi(2) + 100.0 * (x[1] + 1.0).powi(2);
            Ok((value, vec![2.0 * (x[0] - 3.0), 200.0 * (x[1] + 1.0)]))
        };
        let found = minimize(vec![0.0, 0.0], 1e-8, bowl).expect("the bowl never fails");
        assert!(
            (found[0] - 3.0).abs() < 1e-6 && (found[1] + 1.0).abs() < 1e-6,
            "{found:?}"
        );
    }

    #[test]
    fn what_is_not_finite_ends_the_search() {
        let nowhere = |_: &[f64]| Ok((0.0, vec![f64::NAN]));
        assert!(minimize(vec![0.0], 1e-8, nowhere).is_err());
        // Downhill all the way to a cliff at 2.
        let cliff = |x: &[f64]| Ok((-x[0], vec![if x[0] < 2.0 { -1.0 } else { f64::NAN }]));
        let found = minimize(vec![0.0], 1e-8, cliff).expect("it starts on firm ground");
        assert!(found[0] >= 1.0 && found[0] < 2.0, "{found:?}");
    }
}
