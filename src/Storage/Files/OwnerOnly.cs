using System.Runtime.InteropServices;

namespace OrleansRegistry.Storage;

/// <summary>Keeps other users of the machine out of what this process writes.</summary>
public static partial class OwnerOnly
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// From now on, whatever this process and the programs that it starts create is for its user alone: directories 0700,
    /// files 0600, those of the embedded database and of libraries included.
    /// </summary>
    public static void Begin()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetMask((int)Others);
    }

    /// <summary>The rights that other users have on a file or directory.</summary>
    public static UnixFileMode RightsOfOthers(string path) =>
        OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path) & Others;

    /// <summary>Takes away the rights of others, where there are any and the owner asks.</summary>
    internal static void Tighten(string path)
    {
        if (OperatingSystem.IsWindows() || RightsOfOthers(path) == UnixFileMode.None)
            return;
        try
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) & ~Others);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            // Somebody else's, or a file system without modes: what is made from now on is not affected.
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial int SetMask(int mask);
}
