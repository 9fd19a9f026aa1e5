//! Minimises a smooth convex function.

use std::collections::VecDeque;

use candle_core::Result;

/// How many steps back the curvature is remembered.
const MEMORY: usize = 10;

/// The most steps taken; the regressions here take about twenty.
const MAX_STEPS: usize = 200;

/// Limited-memory BFGS (Nocedal and Wright, *Numerical Optimization*, second edition, algorithms 7.4
/// and 7.5) with backtracking to the Armijo condition (3.4), from `start` until no component of the
/// gradient is greater than `tolerance`.
///
/// `objective` gives a point's value and gradient.
///
/// # Errors
///
/// What `objective` reports.
pub(super) fn minimize(
    start: Vec<f64>,
    tolerance: f64,
    objective: impl Fn(&[f64]) -> Result<(f64, Vec<f64>)>,
) -> Result<Vec<f64>> {
    let mut point = start;
    let (mut value, mut gradient) = objective(&point)?;
    let mut memory = VecDeque::with_capacity(MEMORY);
    for _ in 0..MAX_STEPS {
        if gradient
            .iter()
            .all(|component| component.abs() <= tolerance)
        {
            break;
        }
        let direction = direction(&gradient, &memory);
        let slope = dot(&direction, &gradient);
        // Without curvature the gradient's length says nothing about how far to go.
        let mut step = if memory.is_empty() {
            1.0 / dot(&gradient, &gradient).sqrt()
        } else {
            1.0
        };
        let (next, next_value, next_gradient) = loop {
            let next: Vec<f64> = point
                .iter()
                .zip(&direction)
                .map(|(x, direction)| x + step * direction)
                .collect();
            let (next_value, next_gradient) = objective(&next)?;
            if next_value <= value + 1e-4 * step * slope {
                break (next, next_value, next_gradient);
            }
            step /= 2.0;
            if step < 1e-12 {
                return Ok(point);
            }
        };
        if memory.len() == MEMORY {
            memory.pop_front();
        }
        memory.extend(Curvature::between(
            (&point, &gradient),
            (&next, &next_gradient),
        ));
        (point, value, gradient) = (next, next_value, next_gradient);
    }
    Ok(point)
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
}
