#!/bin/sh
# Runs as process 1 of a test host until systemd does: gives the namespaces that it finds itself in a file system of
# their own, then becomes systemd. Started by boot.ts inside `unshare`.
#   arguments: the folders of which the host gets its own; environment: HOSTNAME, CHECKOUT (where this file's repository is)
set -eu

mount --make-rprivate /

# Scratch for the overlays, on a tmpfs that the next mount on /run hides: what is written vanishes with the namespace.
mount -t tmpfs -o mode=0700 scratch /run
for folder in "$@"; do
  scratch=/run/$(printf '%s' "$folder" | tr / -)
  mkdir -p "$scratch/upper" "$scratch/work"
  mount -t overlay -o "lowerdir=$folder,upperdir=$scratch/upper,workdir=$scratch/work" overlay "$folder"
done

# Devices of its own: journald puts /dev/log there, and there is no console to write on.
mkdir /run/dev
mount -t tmpfs -o mode=0755 dev /run/dev
for device in null zero full random urandom tty; do
  : > "/run/dev/$device"
  mount --bind "/dev/$device" "/run/dev/$device"
done
mkdir /run/dev/pts /run/dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts /run/dev/pts
mount -t tmpfs -o mode=1777 shm /run/dev/shm
ln -s pts/ptmx /run/dev/ptmx
ln -s /proc/self/fd /run/dev/fd
ln -s fd/0 /run/dev/stdin
ln -s fd/1 /run/dev/stdout
ln -s fd/2 /run/dev/stderr
mount --move /run/dev /dev

mount -t tmpfs -o mode=0755 run /run

# A repository below /tmp is there in the host, too, and nothing else of the machine's /tmp.
case $CHECKOUT in
  /tmp/*)
    mount --bind "$CHECKOUT" /mnt
    mount -t tmpfs -o mode=1777 tmp /tmp
    mkdir -p "$CHECKOUT"
    mount --move /mnt "$CHECKOUT"
    ;;
  *) mount -t tmpfs -o mode=1777 tmp /tmp ;;
esac

umount --lazy /sys/fs/cgroup
mount -t cgroup2 cgroup /sys/fs/cgroup

# The kernel is the machine's: nothing in here sets its parameters or its devices. systemd's own units for these look
# whether they may write, and skip themselves.
mount -o remount,bind,ro /sys
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys

# Nothing that the machine has enabled starts here; a test enables what it needs.
find /etc/systemd/system -mindepth 1 -maxdepth 1 \( -name '*.wants' -o -name '*.requires' \) -exec rm -r {} +
for unit in getty.target console-getty.service systemd-remount-fs.service systemd-hwdb-update.service ldconfig.service \
  dev-hugepages.mount sys-fs-fuse-connections.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
  systemd-journal-catalog-update.service systemd-random-seed.service systemd-pstore.service; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done

echo "$HOSTNAME" > /etc/hostname

cd /
exec env -i container=stopgap-test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
  setpriv --bounding-set -sys_module,-sys_time --inh-caps -sys_module,-sys_time \
  /lib/systemd/systemd --unit=multi-user.target
