//! What does an encoder learn on? `--device` and `--dtype` → an open device and a precision.

use anyhow::{Result, ensure};

use crate::cli::ModelChoice;
use crate::commands::session;
use crate::encode::cuda;
use crate::model::device::{DeviceChoice, Devices, OpenDevice, Precision};

/// What an encoder learns on, and in which precision.
pub(super) struct Place {
    pub(super) on: OpenDevice,
    pub(super) precision: Precision,
}

impl Place {
    /// What encodes when all is learnt: `auto` asks again, for a card on which an encoder learns may lack the kernels.
    pub(super) fn encodes(&self, asked: &DeviceChoice) -> DeviceChoice {
        match (asked, &self.on.devices) {
            (DeviceChoice::Auto, Devices::Cuda(_)) => DeviceChoice::Auto,
            (_, devices) => devices.chosen(),
        }
    }

    /// The kind of device. What dropout leaves out and how sums are rounded depend on it, so that a run that goes on on another
    /// one gives what no single run gives.
    pub(super) fn kind(&self) -> &'static str {
        match &self.on.devices {
            // Not why it was taken, which differs between machines that learn the same.
            Devices::Cpu { .. } => "cpu",
            Devices::Cuda(_) => "cuda",
            // Refused, where devices are found.
            Devices::Metal => "metal",
        }
    }

    /// The device as a record names it.
    pub(super) fn name(&self) -> String {
        match &self.on.devices {
            Devices::Cuda(cards) => format!("{}:{}", self.kind(), cards.first().unwrap_or(&0)),
            Devices::Cpu { .. } | Devices::Metal => self.kind().to_owned(),
        }
    }
}

/// Opens what an encoder learns on.
pub(super) fn place(choice: &ModelChoice) -> Result<Place> {
    let asked = choice.device.dtype.unwrap_or(Precision::F32);
    ensure!(
        asked != Precision::F16,
        "f16 has too small a range to learn in; take f32 or bf16"
    );
    let devices = session::devices(&choice.device)?;
    ensure!(
        devices != Devices::Metal,
        "no encoder learns on Metal; take --device cpu, or `tomtat train labels --frozen` for heads alone"
    );
    let device = &choice.device.device;
    let on = device.open(devices)?;
    let precision = precision(asked, device, &on.devices)?;
    // All that learns on a card does so from this thread.
    cuda::without_events(&on.device);
    Ok(Place { on, precision })
}

/// In which precision an encoder learns on what was found: the processor knows f32 alone.
fn precision(asked: Precision, choice: &DeviceChoice, found: &Devices) -> Result<Precision> {
    if asked == Precision::F32 || !matches!(found, Devices::Cpu { .. }) {
        return Ok(asked);
    }
    ensure!(
        *choice == DeviceChoice::Auto,
        "the processor learns in f32 alone; leave --dtype {asked} out, or take --device cuda"
    );
    tracing::warn!("--dtype {asked} is for cards; the processor learns in f32");
    Ok(Precision::F32)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    const CPU: Devices = Devices::Cpu { because: None };

    #[test]
    fn the_processor_learns_in_f32_alone() {
        let card = Devices::Cuda(vec![0]);
        let learns = |choice: &DeviceChoice, found| precision(Precision::Bf16, choice, found).ok();
        assert_eq!(learns(&DeviceChoice::Auto, &card), Some(Precision::Bf16));
        assert_eq!(learns(&DeviceChoice::Auto, &CPU), Some(Precision::F32));
        assert_eq!(learns(&DeviceChoice::Cpu, &CPU), None);
        let asked = precision(Precision::F32, &DeviceChoice::Cpu, &CPU);
        assert_eq!(asked.ok(), Some(Precision::F32));
    }

    #[test]
    fn cards_are_of_one_kind_and_have_numbers() {
        let place = |devices| Place {
            on: OpenDevice {
                devices,
                device: Device::Cpu,
            },
            precision: Precision::F32,
        };
        let because = Some("no driver".to_owned());
        let (cpu, card) = (
            place(Devices::Cpu { because }),
            place(Devices::Cuda(vec![3])),
        );
        assert_eq!((cpu.kind(), &*cpu.name()), ("cpu", "cpu"));
        assert_eq!((card.kind(), &*card.name()), ("cuda", "cuda:3"));
    }
}
