#!/bin/bash
# Sweeps through a Slurm of one node on this machine, one with slurmd killed in the middle, one that compiles for each chip, and compares
# with sweeps without Slurm.
# Needs root and Debian's slurm-wlm and munge; uses folders and ports of its own. usage: scripts/check/slurm.sh [BMEMU]
set -euo pipefail
cd "$(dirname "$0")/../.."
bmemu=$(realpath "${1:-build/bmemu}")
for tool in munged slurmctld slurmd sinfo; do
  command -v $tool >/dev/null || { echo "slurm.sh: no $tool: apt-get install -y --no-install-recommends slurm-wlm munge" >&2; exit 77; }
done
dir=$(mktemp -d /tmp/bmemu-slurm.XXXXXX)
host=$(hostname -s)
end_of() { [ -s "$1" ] && kill "$2" "$(cat "$1")" 2>/dev/null || true; }
cleanup() {
  for name in slurmd slurmctld munged; do end_of "$dir/$name.pid" -KILL; done
  rm -rf "$dir"
}
trap cleanup EXIT
mkdir -p "$dir"/{state,spool,munge}
chmod 755 "$dir"
chmod 700 "$dir/munge"
head -c 128 /dev/urandom >"$dir/munge/key"
chmod 600 "$dir/munge/key"
munged --force --key-file="$dir/munge/key" --socket="$dir/munge.sock" --pid-file="$dir/munged.pid" --log-file="$dir/munged.log" --seed-file="$dir/munge/seed"
cat >"$dir/slurm.conf" <<CONF
ClusterName=bmemu
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge.sock
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MailProg=/bin/true
SchedulerParameters=sched_min_interval=0,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmdTimeout=10
KillWait=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 Boards=1 SocketsPerBoard=1 CoresPerSocket=2 ThreadsPerCore=1 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' >"$dir/cgroup.conf"
export SLURM_CONF=$dir/slurm.conf
slurmctld -c -f "$SLURM_CONF"
slurmd -c -N "$host" -f "$SLURM_CONF"
for _ in $(seq 150); do case "$(sinfo -h -o %T 2>/dev/null)" in idle* | mixed*) break ;; esac; sleep .2; done
sweep=(whatif traces/yolov5s_bm1684x_int8_4b.bmodel.zst --vary ddr.rate_mt_per_s=1000..6000:300 --vary tiu.clock_mhz=500..1400:100)
"$bmemu" "${sweep[@]}" --out "$dir/slurm.sqlite" --slurm >/dev/null &
sweeping=$!
sleep 8
echo "killing the node"
end_of "$dir/slurmd.pid" -KILL
pkill -KILL -f "$dir/slurm.sqlite.parts" || true
sleep 3
slurmd -c -N "$host" -f "$SLURM_CONF"
wait $sweeping
"$bmemu" "${sweep[@]}" --out "$dir/plain.sqlite" >/dev/null 2>&1
cmp "$dir/slurm.sqlite" "$dir/plain.sqlite"
echo "the sweep through Slurm, with its node killed, has the bytes of the sweep without"
# compiled anew for each chip, on the node
retiled=(whatif network:lprnet --retile --vary local_memory.lane_bytes=65536,131072,262144,524288 --vary ddr.rate_mt_per_s=2000,4000)
"$bmemu" "${retiled[@]}" --out "$dir/retiled.sqlite" --slurm >/dev/null
"$bmemu" "${retiled[@]}" --out "$dir/plain_retiled.sqlite" >/dev/null 2>&1
cmp "$dir/retiled.sqlite" "$dir/plain_retiled.sqlite"
echo "so has a sweep with programs compiled on the node"
