using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Bundles;

/// <summary>
/// What a bundle says of itself, <c>registry.json</c>: signed, and small however big the bundle is. What the repositories hold
/// is listed in files of their own, which it vouches for as for all others.
/// </summary>
/// <param name="Format">The version of this format.</param>
/// <param name="Id">The bundle: that of the export.</param>
/// <param name="Exporter">Which exporter made it; bundles of one follow each other.</param>
/// <param name="CreatedAt">When the content was looked at.</param>
/// <param name="Kind">Everything, what came since an earlier version, or only what is known of keys.</param>
/// <param name="Previous">For an increment the bundle before, where one is known.</param>
/// <param name="Repositories">What is exported, in order of what images are called.</param>
/// <param name="MediaTypes">Of manifests whose bytes do not say it, and that look like something else.</param>
/// <param name="AlsoBlobs">Manifests that repositories hold as blobs, too.</param>
/// <param name="Entries">All other files.</param>
/// <param name="Key">Who signs: an Ed25519 public key in PEM.</param>
public sealed record BundleDocument(
    string Format,
    Guid Id,
    Guid Exporter,
    DateTimeOffset CreatedAt,
    BundleKind Kind,
    Guid? Previous,
    IReadOnlyList<BundledRepository> Repositories,
    IReadOnlyDictionary<string, string> MediaTypes,
    IReadOnlyList<string> AlsoBlobs,
    BundleTotals Entries,
    string Key)
{
    public const string CurrentFormat = "orleans-registry.bundle.v1";

    /// <summary>The largest that is written and read.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    public const int MostRepositories = 10_000;

    /// <exception cref="BundleException">It is not such a document.</exception>
    public static BundleDocument Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var document = JsonSerializer.Deserialize(bytes, BundleJson.Default.BundleDocument)
                ?? throw new JsonException("It is null.");
            document.Check();
            return document;
        }
        catch (JsonException malformed)
        {
            throw new BundleException($"{BundlePath.Document} is malformed: {malformed.Message}");
        }
    }

    // What is signed may still be nonsense.
    private void Check()
    {
        if (Format != CurrentFormat)
            throw new BundleException($"The bundle has the format '{Format}'; this version reads {CurrentFormat}.");
        if (Repositories.Count > MostRepositories)
            throw new BundleException($"The bundle has more than {MostRepositories} repositories.");
        if (!AlsoBlobs.All(digest => Digest.TryParse(digest, out _))
            || Repositories.DistinctBy(one => one.Id).Count() < Repositories.Count
            || Repositories.Where((one, place) => one.Contents != BundlePath.List(place + 1).Text).Any())
            throw new BundleException($"{BundlePath.Document} contradicts itself.");
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, BundleJson.Default.BundleDocument);

    /// <summary>The media type of a manifest that does not say it itself, and is not what it looks like; else null.</summary>
    public string? MediaTypeOf(Digest manifest) => MediaTypes.GetValueOrDefault(manifest.ToString());
}

public enum BundleKind
{
    Full,
    Increment,
    Revocations,
}

/// <summary>All files of a bundle but the document and its signature.</summary>
/// <param name="Count">How many files.</param>
/// <param name="Bytes">How many bytes they have together.</param>
/// <param name="Blobs">How many are blobs.</param>
/// <param name="Manifests">How many are manifests.</param>
/// <param name="Signatures">How many are signatures.</param>
/// <param name="Root">The root of a Merkle tree over them, in their order.</param>
public sealed record BundleTotals(long Count, long Bytes, long Blobs, long Manifests, long Signatures, string Root);

/// <summary>A repository in a bundle.</summary>
/// <param name="Id">Its id on the server that exports.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Image">What images of it are called in the bundle, without the tag.</param>
/// <param name="Version">Which version.</param>
/// <param name="VersionCreatedAt">When that was made.</param>
/// <param name="Since">The version that the other side must have already; null where it needs none.</param>
/// <param name="Contents">The file that lists what it holds.</param>
/// <param name="Description">Free text, or null.</param>
/// <param name="RetainVersions">How many versions it keeps, or null for all.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="BasePaths">The names that served it.</param>
/// <param name="Private">Whether only people with a right to it could pull.</param>
public sealed record BundledRepository(
    Guid Id,
    string Name,
    string Image,
    int Version,
    DateTimeOffset VersionCreatedAt,
    int? Since,
    string Contents,
    string? Description,
    int? RetainVersions,
    IReadOnlyDictionary<string, string?> Labels,
    IReadOnlyList<string> BasePaths,
    bool Private);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(BundleDocument))]
internal sealed partial class BundleJson : JsonSerializerContext;
