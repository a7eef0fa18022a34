using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>
/// Signatures that gpg and skopeo made, good and bad ones. A registry has no keys to trust: it takes what is
/// well-formed and speaks of the manifest, and refuses the rest.
/// </summary>
public abstract class SignatureFixtureTests(RunningRegistry registry)
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests/Signatures.Tests/fixtures");

    /// <summary>What a policy refuses, and a registry cannot: why.</summary>
    private static readonly Dictionary<string, string> ForThePolicy = new()
    {
        ["sigs/ambiguous/sha1.sig"] = "well-formed, and weak: whom it convinces is the policy's business",
        ["sigs/bad/corrupt-deflate.sig"] = "the damage is in the signature's value; no key, no verdict",
        ["sigs/bad/corrupt-mpi.sig"] = "the damage is in the signature's value; no key, no verdict",
        ["sigs/bad/key-revoked.sig"] = "only who knows the key knows that",
        ["sigs/bad/key-unknown.sig"] = "every key is unknown here",
        ["sigs/bad/payload-name-only-reference.sig"] = "some policies accept a reference without a tag",
        ["sigs/bad/signature-expired.sig"] = "it was good once, and what was signed stays signed",
    };

    /// <summary>What the fixtures leave to us.</summary>
    private static readonly Dictionary<string, int> Either = new()
    {
        ["sigs/ambiguous/partial-length.sig"] = 400,
        ["sigs/ambiguous/payload-timestamp-negative.sig"] = 201,
        ["sigs/ambiguous/sig-then-literal.sig"] = 201,
        ["sigs/ambiguous/v3-rsa2048.sig"] = 201,
    };

    private static readonly JsonNode[] Expected =
        [.. JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, "expected-signatures.json")))!.AsArray().Select(entry => entry!)];

    public static TheoryData<string> Stored => [.. Files(201)];

    public static TheoryData<string> Refused => [.. Files(400)];

    [Theory, MemberData(nameof(Stored))]
    public async Task A_well_formed_signature_of_the_manifest_is_stored_byte_for_byte(string file)
    {
        var repository = registry.NewRepository();
        var manifest = await PushAsync(repository, ManifestOf(file));
        var signature = await File.ReadAllBytesAsync(Path.Combine(Folder, file));
        await repository.PutSignatureAsync(manifest.Digest, signature).Answers(201);
        Assert.Equal([signature], await repository.SignaturesOfAsync(manifest.Digest));
        Assert.Equal([signature], await repository.LookasideOfAsync(manifest.Digest));
    }

    [Theory, MemberData(nameof(Refused))]
    public async Task Anything_else_is_refused_in_a_sentence(string file)
    {
        var repository = registry.NewRepository();
        var manifest = await PushAsync(repository, ManifestOf(file));
        var signature = await File.ReadAllBytesAsync(Path.Combine(Folder, file));
        var refusal = await repository.PutSignatureAsync(manifest.Digest, signature).Answers(400, "SIGNATURE_INVALID");
        Assert.EndsWith(".", (await refusal.ErrorAsync())["message"]!.GetValue<string>());
        Assert.Empty(await repository.SignaturesOfAsync(manifest.Digest));
    }

    // Manifests of Docker schema 1 are none that this registry keeps.
    private static IEnumerable<string> Files(int status) =>
        from entry in Expected
        let file = entry["file"]!.GetValue<string>()
        where ManifestOf(file) != "manifests/schema1-signed.json"
        let strict = entry["strict"]!.GetValue<string>()
        where status == strict switch
        {
            "accept" or "see policy-vectors" => 201,
            "either" => Either[file],
            _ => ForThePolicy.ContainsKey(file) ? 201 : 400,
        }
        select file;

    private static string ManifestOf(string file) =>
        Expected.Single(entry => entry["file"]!.GetValue<string>() == file)["manifest"]!.GetValue<string>();

    private static async Task<Named> PushAsync(TestRepository repository, string file)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Folder, file));
        var manifest = JsonNode.Parse(bytes)!;
        foreach (var entry in manifest["manifests"]?.AsArray() ?? [])
            await PushAsync(repository, FileOf(entry!["digest"]!.GetValue<string>()));
        foreach (var blob in manifest["layers"] is null ? [] : new[] { manifest["config"]!, manifest["layers"]![0]! })
            await repository.PushBlobAsync(Named.Sha256(await File.ReadAllBytesAsync(Path.Combine(
                Checkout.Root, "tests/Conformance/Signatures/blobs", blob["digest"]!.GetValue<string>()["sha256:".Length..]))));
        return await repository.PushManifestAsync(Named.Sha256(bytes, manifest["mediaType"]!.GetValue<string>()));
    }

    private static string FileOf(string digest) => Path.GetRelativePath(
        Folder,
        Directory.EnumerateFiles(Path.Combine(Folder, "manifests"))
            .Single(file => Named.Sha256(File.ReadAllBytes(file)).Digest == digest));
}

[Collection(nameof(OnSqlite))]
public sealed class SignatureFixtureTestsOnSqlite(OnSqlite registry) : SignatureFixtureTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class SignatureFixtureTestsOnPostgres(OnPostgres registry) : SignatureFixtureTests(registry);
