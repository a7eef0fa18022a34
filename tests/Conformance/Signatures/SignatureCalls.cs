using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>The registry extension and lookaside, as clients ask for them.</summary>
internal static class SignatureCalls
{
    public static string SignaturesPath(this TestRepository repository, string below = "") =>
        $"/extensions/v2/{repository.Name}/signatures/{below}";

    /// <summary>Stores a signature as containers/image does: no Content-Type, and a name that it made up.</summary>
    public static Task<HttpResponseMessage> PutSignatureAsync(
        this TestRepository repository, string digest, byte[] signature) =>
        repository.PutEnvelopeAsync(digest, Envelope(digest, signature).ToJsonString());

    public static Task<HttpResponseMessage> PutEnvelopeAsync(
        this TestRepository repository, string digest, string envelope) =>
        repository.Client.SendAsync("PUT", repository.SignaturesPath(digest), Encoding.UTF8.GetBytes(envelope));

    /// <summary>Signs a manifest with something new, and returns it.</summary>
    public static async Task<byte[]> SignAsync(this TestRepository repository, Named manifest)
    {
        var signature = Openpgp.Sign(Named.Sha256(manifest.Bytes).Digest);
        await repository.PutSignatureAsync(manifest.Digest, signature).Answers(201);
        return signature;
    }

    /// <summary>The signatures of one manifest, by the extension.</summary>
    public static async Task<byte[][]> SignaturesOfAsync(this TestRepository repository, string digest) =>
        [.. (await repository.EntriesOfAsync(digest)).Select(ContentOf)];

    public static async Task<JsonNode[]> EntriesOfAsync(this TestRepository repository, string digest) =>
        EntriesOf(await (await repository.Client.GetAsync(repository.SignaturesPath(digest)).Answers(200)).JsonAsync());

    /// <summary>The entries of an answer of the extension.</summary>
    public static JsonNode[] EntriesOf(JsonNode answer) => [.. answer["signatures"]!.AsArray().Select(entry => entry!)];

    public static byte[] ContentOf(JsonNode entry) => Convert.FromBase64String(entry["content"]!.GetValue<string>());

    public static JsonObject Envelope(string digest, byte[] signature) => new()
    {
        ["schemaVersion"] = 2,
        ["name"] = $"{digest}@{Guid.NewGuid():N}",
        ["type"] = "atomic",
        ["content"] = Convert.ToBase64String(signature),
    };

    public static Task<HttpResponseMessage> GetLookasideAsync(this TestRepository repository, string digest, object number) =>
        repository.Client.GetAsync($"/lookaside/{repository.Name}@{digest.Replace(':', '=')}/signature-{number}");

    /// <summary>The signatures of one manifest as a lookaside client reads them: from 1, up to the first 404.</summary>
    public static async Task<byte[][]> LookasideOfAsync(this TestRepository repository, string digest)
    {
        var found = new List<byte[]>();
        while (true)
        {
            using var answer = await repository.GetLookasideAsync(digest, found.Count + 1);
            if ((int)answer.StatusCode == 404)
                return [.. found];
            Assert.Equal(200, (int)answer.StatusCode);
            found.Add(await answer.Content.ReadAsByteArrayAsync());
        }
    }
}
