use super::*;
use crate::model::device::Precision;

fn small() -> NetworkShape {
    NetworkShape {
        hidden_size: 64,
        layer_count: 2,
        head_count: 2,
        intermediate_size: 96,
        vocabulary: 50,
        max_tokens: 40,
        layer_norm_epsilon: 1e-12,
    }
}

#[test]
fn equal_kernels_do_not_deviate_and_a_precision_deviates_by_its_rounding() {
    let exact = || PlainKernels::new(small(), Precision::F32, 1 << 20);
    let same = check::compare(&mut exact(), &mut exact(), small()).expect("there is room");
    assert!(
        same.iter()
            .all(|step| step.largest == 0.0 && step.size > 0.1),
        "{same:?}"
    );

    let mut rounded = PlainKernels::new(small(), Precision::F16, 1 << 20);
    let near = check::compare(&mut rounded, &mut exact(), small()).expect("there is room");
    assert!(near.iter().all(|step| step.wrong == 0), "{near:?}");
    assert!(near.iter().any(|step| step.largest > 0.0));
}
