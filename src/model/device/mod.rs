//! On what does the transformer run? `--device` and `--dtype` → the machine's processor, its cards or Metal.
//!
//! The one place that asks whether there is a card. What runs there is [`crate::encode`]'s business; training
//! takes a [`candle_core::Device`].

mod names;
mod problems;

use std::fmt::Display;
use std::mem::ManuallyDrop;

use candle_core::{DType, Device, Error, Tensor};
use serde::{Deserialize, Serialize};
use thiserror::Error;

#[cfg(feature = "cuda")]
pub(crate) use problems::OPENING_BYTES;
pub(crate) use problems::{MAKE_ROOM, full, opening_problem};

/// Which device is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The first card if there is one, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// These cards, by their numbers; at least one, and none twice.
    Cuda(Vec<usize>),
    /// The graphics processor of a Mac.
    Metal,
}

/// How the numbers between the layers are written on a card. Sums are always `f32`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32 bits.
    F32,
    /// 16 bits, 11 of them significant: what inference is exact enough with, and fastest.
    #[default]
    F16,
    /// 16 bits, 8 of them significant: the range of `f32`, for training.
    Bf16,
}

/// The devices that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Devices {
    /// The processor; says why where a card would have been taken.
    Cpu {
        /// Why there is no card.
        because: Option<String>,
    },
    /// These cards.
    Cuda(Vec<usize>),
    /// The graphics processor of a Mac.
    Metal,
}

/// Why a device that was asked for is not to be had.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DeviceError {
    /// A build without the feature `cuda`.
    #[error("this program was built without CUDA; build it with `--features cuda` (docs/gpu.md)")]
    CudaNotBuilt,
    /// No driver, or one that is too old.
    #[error("the driver of NVIDIA cards cannot be used: {0}")]
    NoDriver(String),
    /// A driver, and no card of that number.
    #[error("there is no card cuda:{card}; this machine has {count}")]
    NoCard {
        /// The number that was asked for.
        card: usize,
        /// How many there are.
        count: usize,
    },
    /// A build without the feature `metal`.
    #[error(
        "this program was built without Metal; build it on a Mac with `--features metal` (docs/gpu.md)"
    )]
    MetalNotBuilt,
    /// A Mac's graphics processor that cannot be opened.
    #[error("Metal cannot be used: {0}")]
    NoMetal(String),
    /// A card that cannot be opened.
    #[error("card cuda:{card} cannot be opened: {problem}")]
    Unusable {
        /// Its number.
        card: usize,
        /// What the driver says.
        problem: String,
    },
}

impl DeviceChoice {
    /// Finds the devices.
    ///
    /// # Errors
    ///
    /// If cards or Metal are asked for and are not to be had. `Auto` has none, and takes no Metal: whether that is
    /// faster than the processor is not known.
    pub fn find(&self) -> Result<Devices, DeviceError> {
        match self {
            Self::Cpu => Ok(Devices::Cpu { because: None }),
            Self::Auto => Ok(match check(0) {
                Ok(()) => Devices::Cuda(vec![0]),
                // Where the program has only the processor, nothing was chosen.
                Err(DeviceError::CudaNotBuilt) => Devices::Cpu {
                    because: cfg!(feature = "metal")
                        .then(|| "Metal is taken only where it is asked for".to_owned()),
                },
                Err(error) => Devices::Cpu {
                    because: Some(error.to_string()),
                },
            }),
            Self::Cuda(cards) => {
                cards.iter().try_for_each(|&card| check(card))?;
                Ok(Devices::Cuda(cards.clone()))
            }
            Self::Metal => check_metal().map(|()| Devices::Metal),
        }
    }

    /// Opens the first of the devices that were found; where `Auto` has found a card that cannot be used, takes the processor
    /// instead and says why on standard error.
    ///
    /// # Errors
    ///
    /// If a device that was asked for cannot be opened.
    pub fn open(&self, devices: Devices) -> Result<OpenDevice, DeviceError> {
        let opened = devices.first();
        let opened = opened.map(|device| OpenDevice { devices, device });
        self.or_the_processor(opened, |because| Ok(OpenDevice::processor(because)))
    }

    /// What was opened; where `Auto` has found a card that cannot be used, what there is `instead` on the processor, which is
    /// told why, as standard error is.
    ///
    /// # Errors
    ///
    /// That of what was asked for, or of what there is instead.
    pub fn or_the_processor<T, E: Display>(
        &self,
        opened: Result<T, E>,
        instead: impl FnOnce(String) -> Result<T, E>,
    ) -> Result<T, E> {
        match opened {
            Err(error) if *self == Self::Auto => {
                tracing::warn!("--device auto takes cpu instead ({error})");
                instead(error.to_string())
            }
            opened => opened,
        }
    }
}

/// A device that is open, for what runs on one alone.
#[derive(Clone, Debug)]
pub struct OpenDevice {
    /// As it is called.
    pub devices: Devices,
    /// The first of them.
    pub device: Device,
}

impl OpenDevice {
    fn processor(because: String) -> Self {
        let because = Some(because);
        Self {
            devices: Devices::Cpu { because },
            device: Device::Cpu,
        }
    }
}

impl Devices {
    /// The first of them, for what runs on one device alone.
    ///
    /// # Errors
    ///
    /// If the card or Metal cannot be opened.
    pub fn first(&self) -> Result<Device, DeviceError> {
        let cards = match self {
            Self::Cpu { .. } => return Ok(Device::Cpu),
            Self::Metal => {
                check_metal()?;
                let device = Device::new_metal(0);
                return device.map_err(|error| DeviceError::NoMetal(opening_problem(&error, None)));
            }
            Self::Cuda(cards) => cards,
        };
        let card = cards.first().copied().unwrap_or(0);
        let device = Device::new_cuda(card).and_then(|device| {
            // It stays open until the program ends: closing a card that was lost on the way panics.
            let _stays = ManuallyDrop::new(device.clone());
            try_out(&device).map(|()| device)
        });
        device.map_err(|error| DeviceError::Unusable {
            card,
            problem: opening_problem(&error, memory(card)),
        })
    }

    /// The choice of just these.
    pub fn chosen(&self) -> DeviceChoice {
        match self {
            Self::Cpu { .. } => DeviceChoice::Cpu,
            Self::Cuda(cards) => DeviceChoice::Cuda(cards.clone()),
            Self::Metal => DeviceChoice::Metal,
        }
    }
}

/// Computes something: a card for which the program has no kernels can be opened all the same.
fn try_out(device: &Device) -> Result<(), Error> {
    let numbers = Tensor::ones(1, DType::F32, device)?;
    numbers.affine(2.0, 1.0)?.to_vec1::<f32>().map(|_| ())
}

impl Precision {
    /// Candle's name of it.
    pub fn dtype(self) -> DType {
        match self {
            Self::F32 => DType::F32,
            Self::F16 => DType::F16,
            Self::Bf16 => DType::BF16,
        }
    }

    /// Bytes of a number.
    pub fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }
}

/// Whether there is a card of that number.
#[cfg(feature = "cuda")]
fn check(card: usize) -> Result<(), DeviceError> {
    use candle_core::cuda_backend::cudarc::driver::CudaContext;

    let count = CudaContext::device_count();
    let count = count.map_err(|error| DeviceError::NoDriver(driver_problem(error.0)))?;
    let count = usize::try_from(count).unwrap_or(0);
    if card < count {
        Ok(())
    } else {
        Err(DeviceError::NoCard { card, count })
    }
}

/// Bytes that are free on a card, if it says so.
#[cfg(feature = "cuda")]
pub(crate) fn memory(card: usize) -> Option<usize> {
    use candle_core::cuda_backend::cudarc::driver::CudaContext;

    let (free, _) = CudaContext::new(card).ok()?.mem_get_info().ok()?;
    Some(free)
}

/// Bytes that are free on a card, if it says so.
#[cfg(not(feature = "cuda"))]
fn memory(_card: usize) -> Option<usize> {
    None
}

/// Why there is no driver, in words.
#[cfg(feature = "cuda")]
fn driver_problem(code: candle_core::cuda_backend::cudarc::driver::sys::cudaError_enum) -> String {
    use candle_core::cuda_backend::cudarc::driver::sys::cudaError_enum as Code;

    match code {
        Code::CUDA_ERROR_STUB_LIBRARY => "libcuda.so.1 is not on this machine".to_owned(),
        Code::CUDA_ERROR_NO_DEVICE => "it finds no card".to_owned(),
        other => format!("it says {other:?}"),
    }
}

/// Whether there is a card of that number.
#[cfg(not(feature = "cuda"))]
fn check(_card: usize) -> Result<(), DeviceError> {
    Err(DeviceError::CudaNotBuilt)
}

/// Whether this Mac has a graphics processor; Candle takes the first of them, and panics where there is none.
#[cfg(feature = "metal")]
fn check_metal() -> Result<(), DeviceError> {
    if objc2_metal::MTLCopyAllDevices().is_empty() {
        return Err(DeviceError::NoMetal(
            "this machine has no device for it".to_owned(),
        ));
    }
    Ok(())
}

/// Whether this Mac has a graphics processor.
#[cfg(not(feature = "metal"))]
fn check_metal() -> Result<(), DeviceError> {
    Err(DeviceError::MetalNotBuilt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_auto_has_found_a_card_that_cannot_be_opened_it_takes_the_processor() {
        let refused = || DeviceError::Unusable {
            card: 0,
            problem: "too old".to_owned(),
        };
        let open = |choice: DeviceChoice| {
            choice.or_the_processor(Err(refused()), |because| Ok(OpenDevice::processor(because)))
        };
        let taken = open(DeviceChoice::Auto).expect("the processor is always there");
        assert!(taken.device.is_cpu());
        let told = "cpu (card cuda:0 cannot be opened: too old)";
        assert_eq!(taken.devices.to_string(), told);
        assert_eq!(open(DeviceChoice::Cuda(vec![0])).err(), Some(refused()));
    }

    #[test]
    fn a_device_that_works_can_be_tried_out() {
        assert!(try_out(&Device::Cpu).is_ok());
    }

    #[test]
    fn a_card_that_is_missing_is_an_error_and_auto_says_why_it_took_the_processor() {
        let missing = DeviceChoice::Cuda(vec![4096]).find();
        assert!(missing.is_err(), "{missing:?}");
        match DeviceChoice::Auto.find() {
            Ok(Devices::Cpu { because }) => {
                let knows_more = cfg!(any(feature = "cuda", feature = "metal"));
                assert_eq!(because.is_some(), knows_more);
            }
            other => assert_eq!(other, Ok(Devices::Cuda(vec![0]))),
        }
        assert_eq!(
            DeviceChoice::Cpu.find().map(|found| found.to_string()),
            Ok("cpu".to_owned())
        );
        #[cfg(not(feature = "metal"))]
        assert_eq!(DeviceChoice::Metal.find(), Err(DeviceError::MetalNotBuilt));
    }
}
