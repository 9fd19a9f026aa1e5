//! The laws of models: the bundle on its real files, the hub against a server on this machine.

mod bundle;
mod fake_hub;
mod hub;
mod transformer;
mod weights;
