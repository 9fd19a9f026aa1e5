/* Where Rust's library has its random numbers from on Windows, for versions of Wine that lack it (before 9.0). */
#include <windows.h>

/* RtlGenRandom of advapi32, by the name that it is exported under. */
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) {
    return SystemFunction036(buffer, (ULONG)length);
}
