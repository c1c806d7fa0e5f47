# A host of the RHEL family, as far as Debian can be one: real rpm and dnf, no apt, and a
# repository with hello-rpm 1.0 and 1.1.
set -e
rm /usr/bin/apt-get /usr/bin/dpkg-query
mkdir -p /etc/rpm /etc/yum.repos.d /tmp/rpm /srv/rpms
echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros
for version in 1.0 1.1; do
    cat >/tmp/rpm/hello.spec <<SPEC
Name: hello-rpm
Version: $version
Release: 1
Summary: says hello
License: MIT
BuildArch: noarch
%description
says hello
%install
mkdir -p %{buildroot}/etc
echo $version >%{buildroot}/etc/hello-rpm
%files
/etc/hello-rpm
SPEC
    rpmbuild -bb --quiet --define '_topdir /tmp/rpm' /tmp/rpm/hello.spec
done
cp /tmp/rpm/RPMS/noarch/*.rpm /srv/rpms
createrepo_c -q /srv/rpms
printf '[hello]\nname=hello\nbaseurl=file:///srv/rpms\ngpgcheck=0\n' \
    >/etc/yum.repos.d/hello.repo
rpm --initdb
