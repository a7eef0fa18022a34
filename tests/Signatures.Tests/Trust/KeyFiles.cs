using System.Text;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>The keys of all makers, as files.</summary>
internal sealed class KeyFiles : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("keys-");

    public KeyFiles()
    {
        foreach (var maker in Maker.All)
        {
            Write($"{maker}.gpg", maker.Certificate);
            Write($"{maker}.asc", Encoding.UTF8.GetBytes(maker.Armored));
        }

        foreach (var maker in CosignMaker.All)
            Write($"{maker}.pub", maker.Pem);
        Write("garbage.gpg", [1, 2, 3]);
        Write("empty.gpg", []);
    }

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(System.IO.Path.Combine(Path, name), bytes);
}
