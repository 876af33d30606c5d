# Sourced by the tests: a Windows to try the program in, under wine, in a folder of its own ($wine_home).
#
# Wine 8 lacks a library that Windows has had since version 7 and that the standard library takes its random numbers
# from: a shim of a few lines stands in for it here. It is never shipped.
needs_wine() {
    local missing=()
    for package in wine64 wine gcc-mingw-w64-x86-64-win32; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    [ "$(id -u)" -eq 0 ] || { echo "install first: apt-get install --no-install-recommends ${missing[*]}" >&2; exit 1; }
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

start_wine() {
    needs_wine
    export WINEPREFIX=$wine_home/prefix WINEDEBUG=-all WINEARCH=win64
    # No windows, no browser, no debugger that waits for somebody.
    export WINEDLLOVERRIDES='mscoree=;mshtml=;winedbg.exe=d'
    unset DISPLAY
    # Names in Vietnamese reach the program only so.
    export LC_ALL=C.UTF-8
    mkdir -p "$wine_home"
    [ -e "$WINEPREFIX/system.reg" ] || wineboot -i >/dev/null 2>&1
    local system=$WINEPREFIX/drive_c/windows/system32
    if [ ! -e "$system/bcryptprimitives.dll" ]; then
        cat >"$wine_home/shim.c" <<'SHIM'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) { return SystemFunction036(bytes, (ULONG)length); }
SHIM
        x86_64-w64-mingw32-gcc -shared -O1 -o "$system/bcryptprimitives.dll" "$wine_home/shim.c" -ladvapi32
    fi
}

stop_wine() {
    wineserver -k >/dev/null 2>&1 || true
}
