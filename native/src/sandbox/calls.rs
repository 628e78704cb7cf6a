//! The seccomp filters: system calls that are about other processes, the kernel, or the network.
//!
//! Each says no with an error that programs know how to take. A program for another architecture (32 bits) is killed,
//! since its calls have other numbers.

use std::collections::BTreeMap;

use libc::{c_int, c_long};
use seccompiler::SeccompCmpArgLen::Dword;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
    sock_filter,
};

use super::{Confinement, Network};
use crate::error::{Error, Result};

/// Refused whatever their arguments.
const REFUSED: &[c_long] = &[
    // Other processes' memory and descriptors.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_perf_event_open,
    // Ways into the kernel past the other walls: its rings open files and sockets that no filter sees.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_bpf,
    libc::SYS_userfaultfd,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    // Keys of the person's session.
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    // Where files are seen.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_setns,
    libc::SYS_quotactl,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    // The machine itself.
    libc::SYS_acct,
    libc::SYS_reboot,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    libc::SYS_kexec_file_load,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_syslog,
    libc::SYS_vhangup,
];

/// Each makes a namespace, in which a process is root.
const NEW_NAMESPACE: [c_int; 7] = [
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];
/// A bit that means a namespace for `unshare` alone.
const CLONE_NEWTIME: u64 = 0x80;
/// The bits of a socket's type that are not flags.
const SOCKET_TYPE: u64 = 0xf;

/// The programs to install, one after another.
pub(super) fn filters(confinement: &Confinement) -> Result<Vec<BpfProgram>> {
    Ok(vec![
        compile(refused(), libc::EPERM)?,
        compile(sockets(confinement), libc::EACCES)?,
        // Its flags lie in memory, where no filter looks; every program takes this answer, and uses `clone`.
        compile(BTreeMap::from([(libc::SYS_clone3, vec![])]), libc::ENOSYS)?,
        // Numbers with this bit are the same calls again, for programs with short pointers.
        #[cfg(target_arch = "x86_64")]
        refuse_numbers_from(0x4000_0000),
    ])
}

/// A program as the kernel reads it: the bytes of an array of `struct sock_filter`.
pub(super) fn bytes(program: &BpfProgram) -> Vec<u8> {
    let instruction = |step: &sock_filter| {
        [&step.code.to_ne_bytes()[..], &[step.jt, step.jf], &step.k.to_ne_bytes()].concat()
    };
    program.iter().flat_map(instruction).collect()
}

fn refused() -> BTreeMap<c_long, Vec<SeccompRule>> {
    let mut rules: BTreeMap<_, _> = REFUSED.iter().map(|&call| (call, vec![])).collect();
    let new = || NEW_NAMESPACE.iter().map(|&flag| u64::from(flag.cast_unsigned()));
    let has = |flag: u64| rule(&[(0, SeccompCmpOp::MaskedEq(flag), flag)]);
    rules.insert(libc::SYS_clone, new().map(has).collect());
    rules.insert(libc::SYS_unshare, new().chain([CLONE_NEWTIME]).map(has).collect());
    // Limits of other processes.
    rules.insert(libc::SYS_prlimit64, vec![rule(&[(0, SeccompCmpOp::Ne, 0)])]);
    // Typing into the terminal that it runs on, as if a person did.
    let commands = [libc::TIOCSTI, libc::TIOCLINUX];
    rules.insert(
        libc::SYS_ioctl,
        commands.iter().map(|&command| rule(&[(1, SeccompCmpOp::Eq, command)])).collect(),
    );
    rules
}

/// Which sockets may not be made: what none is made of cannot be talked over.
fn sockets(confinement: &Confinement) -> BTreeMap<c_long, Vec<SeccompRule>> {
    let mut families = Vec::new();
    if confinement.unix_sockets {
        families.push(libc::AF_UNIX);
    }
    if confinement.network == Network::Loopback {
        // In a network of its own, where nobody else is.
        families.extend([libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK]);
    }
    let others: Vec<_> =
        families.iter().map(|&family| (0, SeccompCmpOp::Ne, u64::from(family.cast_unsigned()))).collect();
    let socket = if others.is_empty() { vec![] } else { vec![rule(&others)] };
    let mut rules = BTreeMap::from([(libc::SYS_socket, socket)]);
    if !confinement.unix_sockets {
        // One half of a pair of this type can still be sent to any address.
        let datagram = u64::from(libc::SOCK_DGRAM.cast_unsigned());
        rules.insert(libc::SYS_socketpair, vec![rule(&[(1, SeccompCmpOp::MaskedEq(SOCKET_TYPE), datagram)])]);
    }
    rules
}

/// All of the conditions (argument, comparison, value) must hold.
fn rule(conditions: &[(u8, SeccompCmpOp, u64)]) -> SeccompRule {
    let conditions = conditions.iter().map(|(argument, comparison, value)| {
        SeccompCondition::new(*argument, Dword, comparison.clone(), *value).expect("a call has six arguments")
    });
    SeccompRule::new(conditions.collect()).expect("there are conditions")
}

fn compile(rules: BTreeMap<c_long, Vec<SeccompRule>>, errno: c_int) -> Result<BpfProgram> {
    let failed = |error: seccompiler::BackendError| Error::Invalid(format!("seccomp: {error}"));
    let architecture = TargetArch::try_from(std::env::consts::ARCH).map_err(failed)?;
    let answer = SeccompAction::Errno(errno.cast_unsigned());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, answer, architecture).map_err(failed)?;
    filter.try_into().map_err(failed)
}

/// Refuses all calls from a number on, as if there were none.
#[cfg(target_arch = "x86_64")]
fn refuse_numbers_from(first: u32) -> BpfProgram {
    const LOAD: u16 = 0x20; // BPF_LD | BPF_W | BPF_ABS
    const JUMP_IF_AT_LEAST: u16 = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    const RETURN: u16 = 0x06; // BPF_RET | BPF_K
    vec![
        sock_filter { code: LOAD, jt: 0, jf: 0, k: 0 },
        sock_filter { code: JUMP_IF_AT_LEAST, jt: 0, jf: 1, k: first },
        sock_filter { code: RETURN, jt: 0, jf: 0, k: libc::SECCOMP_RET_ERRNO | libc::ENOSYS.cast_unsigned() },
        sock_filter { code: RETURN, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW },
    ]
}
