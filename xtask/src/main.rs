//! Chores of a maintainer.

mod browser;
mod budget;
mod build_cost;
mod bump;
mod cargo;
mod certificate;
mod check;
mod cluster_demo;
mod cluster_faults;
mod diff;
mod diff_reference;
mod error;
mod files;
mod folders;
mod fuzz;
mod generate;
mod import;
mod interop;
mod kept;
mod measure;
mod nats;
mod packet;
mod postgres;
mod prepare;
mod process;
mod product;
mod program;
mod regenerate_all;
mod requests;
mod service;
mod version;

use std::fmt::Display;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Chores of a maintainer of ons-mqtt.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    Browser(browser::Arguments),
    BuildCost(build_cost::Arguments),
    Bump(bump::Arguments),
    Check(check::Arguments),
    ClusterDemo(cluster_demo::Arguments),
    ClusterFaults(cluster_faults::Arguments),
    CompareRequests(requests::Arguments),
    Diff(diff::Arguments),
    DiffReference(diff_reference::Arguments),
    Fuzz(fuzz::Arguments),
    Generate(generate::Arguments),
    Import(import::Arguments),
    Interop(interop::Arguments),
    Kept(kept::Arguments),
    Measure(measure::Arguments),
    RegenerateAll(regenerate_all::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().chore {
        Chore::Browser(arguments) => exit(browser::run(&arguments)),
        Chore::BuildCost(_) => exit(build_cost::run()),
        Chore::Bump(arguments) => exit(bump::run(&arguments)),
        Chore::Check(_) => exit(check::run()),
        Chore::ClusterDemo(arguments) => exit(cluster_demo::run(&arguments)),
        Chore::ClusterFaults(arguments) => exit(cluster_faults::run(&arguments)),
        Chore::CompareRequests(arguments) => exit(requests::run(&arguments)),
        Chore::Diff(arguments) => diff::run(&arguments),
        Chore::DiffReference(arguments) => exit(diff_reference::run(&arguments)),
        Chore::Fuzz(arguments) => exit(fuzz::run(&arguments)),
        Chore::Generate(arguments) => exit(generate::run(&arguments)),
        Chore::Import(arguments) => exit(import::run(&arguments)),
        Chore::Interop(arguments) => exit(interop::run(&arguments)),
        Chore::Kept(arguments) => exit(kept::run(&arguments)),
        Chore::Measure(arguments) => exit(measure::run(&arguments)),
        Chore::RegenerateAll(arguments) => exit(regenerate_all::run(&arguments)),
    }
}

fn exit(done: Result<ExitCode, impl Display>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}
