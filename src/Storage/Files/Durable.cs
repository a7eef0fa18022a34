using System.Runtime.InteropServices;

namespace OrleansRegistry.Storage;

/// <summary>Makes what the file system was told survive a loss of power.</summary>
internal static partial class Durable
{
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY

    /// <summary>Moves a file whose bytes are on disk already to its place, and brings its name to disk too.</summary>
    public static void Move(string from, string to)
    {
        var directory = Path.GetDirectoryName(to)!;
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            FlushDirectory(Path.GetDirectoryName(directory)!);
        }

        File.Move(from, to, overwrite: true);
        FlushDirectory(directory);
    }

    /// <summary>Moves a file whose bytes are on disk already to a name that nothing has; false where something has it.</summary>
    public static bool TryMoveNew(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
        }
        catch (IOException) when (File.Exists(to))
        {
            File.Delete(from);
            return false;
        }

        FlushDirectory(Path.GetDirectoryName(to)!);
        return true;
    }

    private static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            return; // NTFS journals names by itself
        var descriptor = Open(path, ReadOnlyDirectory);
        if (descriptor < 0)
            throw new IOException($"Cannot open directory '{path}': error {Marshal.GetLastPInvokeError()}.");
        try
        {
            if (Flush(descriptor) != 0)
                throw new IOException($"Cannot flush directory '{path}': error {Marshal.GetLastPInvokeError()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
