using System.Globalization;
using System.Text;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <summary>
/// The one directory below which all files live; in a cluster, the directory that all nodes share. Every path is built
/// from values whose grammar leaves no way out: a digest, an id.
/// </summary>
public sealed class DataDirectory
{
    /// <summary>Where the password of the first user is left for the operator.</summary>
    public const string AdminPassword = "admin-password";

    private const string Lock = "lock";

    private static readonly string[] Algorithms = ["sha256", "sha512"];

    public DataDirectory(string root)
    {
        Root = Path.GetFullPath(root);
        BlobFolders =
        [
            .. from algorithm in Algorithms
               from prefix in Enumerable.Range(0, 256)
               select Path.Combine(Blobs, algorithm, prefix.ToString("x2", CultureInfo.InvariantCulture)),
        ];
        // Only its owner looks into what is made here: it holds keys, hashes of passwords and private content.
        foreach (var directory in new[] { Root, Blobs, Uploads })
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else if (!Directory.Exists(directory))
                Directory.CreateDirectory(
                    directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Root { get; }

    /// <summary>Where the embedded database lies.</summary>
    public string DatabaseFile => Path.Combine(Root, "registry.db");

    /// <summary>
    /// Closes to other users what an earlier version, or a careless copy, left open to them. What is below a closed
    /// directory is out of their reach, and stays as it is.
    /// </summary>
    public void Tighten()
    {
        string[] files =
        [
            DatabaseFile, $"{DatabaseFile}-wal", $"{DatabaseFile}-shm", Path.Combine(Root, SecretKey.FileName),
            Path.Combine(Root, Lock), Path.Combine(Root, AdminPassword),
        ];
        foreach (var path in files.Where(File.Exists).Append(Blobs).Append(Uploads))
            OwnerOnly.Tighten(path);
    }

    /// <summary>Holds the directory for this process alone, until it ends. For the embedded database, which has one writer.</summary>
    /// <exception cref="IOException">Another process holds it.</exception>
    public IDisposable HoldAlone()
    {
        try
        {
            return new FileStream(Path.Combine(Root, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (Directory.Exists(Root))
        {
            throw new IOException(
                $"Another process uses the data directory '{Root}'; stop it, choose another with --data, or share one "
                + "between nodes with --postgres.",
                exception);
        }
    }

    /// <summary>Writes text to a file of that name that only the owner may read, in place of an earlier one.</summary>
    /// <returns>The file's path.</returns>
    public string WriteSecret(string name, string text)
    {
        var path = Path.Combine(Root, name);
        Durable.Move(WriteIncoming(path, Encoding.UTF8.GetBytes(text)), path);
        return path;
    }

    /// <summary>The bytes of a file of that name that only the owner may read; made where it is not there.</summary>
    /// <remarks>Nodes that start together agree: of several who make it one is first, and it is whole by then.</remarks>
    public byte[] ReadOrCreateSecret(string name, Func<byte[]> create)
    {
        var path = Path.Combine(Root, name);
        if (!File.Exists(path))
            Durable.TryMoveNew(WriteIncoming(path, create()), path);
        return File.ReadAllBytes(path);
    }

    private static string WriteIncoming(string path, byte[] bytes)
    {
        var incoming = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(incoming, options);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
        return incoming;
    }

    /// <summary>All uploads, open and sealed.</summary>
    public IEnumerable<FileInfo> UploadFiles =>
        new DirectoryInfo(Uploads).EnumerateFiles("*", SearchOption.AllDirectories);

    /// <summary>The folders that hold blob files, those that do not exist yet included.</summary>
    public IReadOnlyList<string> BlobFolders { get; }

    private string Blobs => Path.Combine(Root, "blobs");

    private string Uploads => Path.Combine(Root, "uploads");

    /// <summary><c>blobs/{algorithm}/{first two digits}/{hex}</c>.</summary>
    public string PathOf(Digest blob) => Path.Combine(Blobs, blob.Algorithm, blob.Hex[..2], blob.Hex);

    /// <summary><c>uploads/{repository}/{upload}</c>: an upload is found only below its own repository.</summary>
    public string PathOf(Guid repository, Guid upload) =>
        Path.Combine(Uploads, repository.ToString("N"), upload.ToString("N"));
}
