//! What devices and precisions are called, on the command line and in messages.

use std::fmt;
use std::str::FromStr;

use super::{DeviceChoice, Devices, Precision};

impl fmt::Display for Devices {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu { because: None } => formatter.write_str("cpu"),
            Self::Cpu {
                because: Some(reason),
            } => write!(formatter, "cpu ({reason})"),
            Self::Cuda(cards) => write_cards(formatter, cards),
            Self::Metal => formatter.write_str("metal"),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => formatter.write_str("auto"),
            Self::Cpu => formatter.write_str("cpu"),
            Self::Cuda(cards) => write_cards(formatter, cards),
            Self::Metal => formatter.write_str("metal"),
        }
    }
}

fn write_cards(formatter: &mut fmt::Formatter<'_>, cards: &[usize]) -> fmt::Result {
    let names: Vec<String> = cards.iter().map(|card| format!("cuda:{card}")).collect();
    formatter.write_str(&names.join(","))
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => return Ok(Self::Auto),
            "cpu" => return Ok(Self::Cpu),
            "metal" => return Ok(Self::Metal),
            _ => {}
        }
        let mut cards = Vec::new();
        for name in text.split(',') {
            let number = match name.strip_prefix("cuda") {
                Some("") => Some(0),
                Some(rest) => rest.strip_prefix(':').and_then(|rest| rest.parse().ok()),
                None => None,
            };
            let card =
                number.ok_or("auto, cpu, metal, cuda, cuda:1, or several as cuda:0,cuda:1")?;
            if cards.contains(&card) {
                return Err(format!("cuda:{card} is named twice"));
            }
            cards.push(card);
        }
        Ok(Self::Cuda(cards))
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
        })
    }
}

impl FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "f32" => Ok(Self::F32),
            "f16" => Ok(Self::F16),
            "bf16" => Ok(Self::Bf16),
            _ => Err("f32, f16 or bf16".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_what_they_are_called() {
        let cards = |cards: &[usize]| Ok(DeviceChoice::Cuda(cards.to_vec()));
        assert_eq!("auto".parse(), Ok(DeviceChoice::Auto));
        assert_eq!("cpu".parse(), Ok(DeviceChoice::Cpu));
        assert_eq!("metal".parse(), Ok(DeviceChoice::Metal));
        assert_eq!("cuda".parse(), cards(&[0]));
        assert_eq!("cuda:3".parse(), cards(&[3]));
        assert_eq!("cuda:0,cuda:2".parse(), cards(&[0, 2]));
        for wrong in [
            "",
            "gpu",
            "cuda:",
            "cuda:x",
            "cuda:1,",
            "cuda:1,cuda:1",
            "cpu,cuda",
            "metal:1",
        ] {
            assert!(wrong.parse::<DeviceChoice>().is_err(), "{wrong}");
        }
        assert_eq!(DeviceChoice::Cuda(vec![0, 2]).to_string(), "cuda:0,cuda:2");
    }

    #[test]
    fn precisions_are_what_they_are_called() {
        for precision in [Precision::F32, Precision::F16, Precision::Bf16] {
            assert_eq!(precision.to_string().parse(), Ok(precision));
        }
        assert!("f64".parse::<Precision>().is_err());
    }
}
