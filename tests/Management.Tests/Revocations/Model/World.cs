using System.Security.Cryptography;
using System.Text;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Management.Tests.Model;

/// <summary>The images and keys of one history, and a signature of each image by each key.</summary>
internal sealed class World
{
    public const int Repositories = 3;
    public const int Images = 4;
    public const int Keys = 3;

    /// <summary>Signatures by this key name it by its id alone.</summary>
    public const int ByIdAlone = 2;

    public World()
    {
        Prefix = $"model/{Guid.NewGuid():N}";
        Names = [.. Enumerable.Range(0, Repositories).Select(number => $"{Prefix}/{number}")];
        Signers = [.. Enumerable.Range(0, Keys).Select(_ => new Key())];
        Manifests = [.. Enumerable.Range(0, Images).Select(NewImage)];
        Signatures =
        [
            .. Enumerable.Range(0, Images * Keys).Select(
                number => Signers[KeyOf(number)].Sign(DigestOf(ImageOf(number)), KeyOf(number) == ByIdAlone)),
        ];
    }

    public string Prefix { get; }

    public string[] Names { get; }

    public Key[] Signers { get; }

    public Manifest[] Manifests { get; }

    public byte[][] Signatures { get; }

    public static int ImageOf(int signature) => signature / Keys;

    public static int KeyOf(int signature) => signature % Keys;

    public static int SignatureOf(int image, int key) => (image * Keys) + key;

    public string DigestOf(int image) => Manifests[image].Digest.ToString();

    public string Sha256Of(int signature) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Signatures[signature]))}";

    /// <summary>Which signature those bytes are.</summary>
    public int NumberOf(byte[] signature) => Array.FindIndex(Signatures, own => own.AsSpan().SequenceEqual(signature));

    private Manifest NewImage(int number)
    {
        var bytes = Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],
            "annotations":{"name":"{{Prefix}}/{{number}}"} }
            """);
        return new(Digest.Sha256(bytes), "application/vnd.oci.image.index.v1+json", bytes);
    }
}
