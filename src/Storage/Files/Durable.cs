using System.Runtime.InteropServices;

namespace OrleansRegistry.Storage;

/// <summary>Makes what the file system was told survive a loss of power.</summary>
internal static partial class Durable
{
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY

    // What waits for the disk at once goes there with one write of the file system's journal.
    private const int WritersAtOnce = 16;

    /// <summary>Moves a file whose bytes are on disk already to its place, and brings its name to disk too.</summary>
    public static void Move(string from, string to) => MoveAll([(from, to)]);

    /// <summary>The same of several files: each directory is brought to disk once, after the last move.</summary>
    public static void MoveAll(IReadOnlyCollection<(string From, string To)> files)
    {
        var touched = new HashSet<string>();
        foreach (var (from, to) in files)
        {
            var directory = Path.GetDirectoryName(to)!;
            if (touched.Add(directory) && !Directory.Exists(directory))
            {
                Directory.CreateDirectory(directory);
                touched.Add(Path.GetDirectoryName(directory)!);
            }

            File.Move(from, to, overwrite: true);
        }

        if (touched.Count <= 2)
            foreach (var directory in touched)
                FlushDirectory(directory);
        else
            Parallel.ForEach(touched, new() { MaxDegreeOfParallelism = WritersAtOnce }, FlushDirectory);
    }

    /// <summary>Writes files that are not there yet, and returns when the bytes of all are on disk.</summary>
    /// <remarks>Threads of their own wait for the disk, and not the pool's.</remarks>
    public static Task WriteAllAsync(
        IReadOnlyList<(string Path, byte[] Bytes)> files, CancellationToken cancellationToken)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Math.Min(files.Count, WritersAtOnce)).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (Interlocked.Increment(ref next) is var i && i < files.Count)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var file = File.OpenHandle(files[i].Path, FileMode.CreateNew, FileAccess.Write);
                    RandomAccess.Write(file, files[i].Bytes, 0);
                    RandomAccess.FlushToDisk(file);
                }
            },
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
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
