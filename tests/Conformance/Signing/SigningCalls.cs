using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>The management calls that tests of signing need.</summary>
internal static class SigningCalls
{
    private const string Root = "/pulp/api/v3/";

    /// <summary>A new key of that kind: the href of its service.</summary>
    public static async Task<string> CreateKeyAsync(this RegistryClient client, string kind) => (string)(await client.PostAsync(
        $"{Root}signing-services/",
        new() { ["name"] = $"key-{Guid.NewGuid():N}", ["kind"] = "openpgp", ["generate"] = kind }))["pulp_href"]!;

    /// <summary>A new key that signs as cosign does: its service.</summary>
    public static Task<JsonNode> CreateCosignKeyAsync(this RegistryClient client, string attachment) => client.PostAsync(
        $"{Root}signing-services/",
        new()
        {
            ["name"] = $"key-{Guid.NewGuid():N}",
            ["kind"] = "cosign",
            ["generate"] = "nistp256",
            ["attachment"] = attachment,
        });

    /// <summary>The repository that a name serves: its href.</summary>
    public static async Task<string> HrefAsync(this TestRepository repository) => (string)(await repository.Client.ReadAsync(
        $"{Root}repositories/container/container/?name={repository.Name}"))["results"]![0]!["pulp_href"]!;

    public static async Task<string> VersionAsync(this RegistryClient client, string repository) =>
        (string)(await client.ReadAsync(repository))["latest_version_href"]!;

    /// <summary>Begins to sign everything: the href of the task.</summary>
    public static async Task<string> SignAsync(this RegistryClient client, string repository, string service) =>
        (string)(await client.PostAsync($"{repository}sign/", new() { ["manifest_signing_service"] = service }))["task"]!;

    public static async Task<string> StateAsync(this RegistryClient client, string task) =>
        (string)(await client.ReadAsync(task))["state"]!;

    /// <summary>What a report of the task's progress counts; 0 where there is none yet.</summary>
    public static async Task<int> DoneAsync(this RegistryClient client, string task, string code) =>
        (int?)(await client.ReadAsync(task))["progress_reports"]!.AsArray()
            .FirstOrDefault(report => (string)report!["code"]! == code)?["done"] ?? 0;

    /// <summary>One image under many tags, and so many signatures to make. The answer is the image.</summary>
    public static async Task PushTagsAsync(this TestRepository repository, int images, int tagsEach)
    {
        var config = await repository.PushBlobAsync(Named.Random(48, MediaTypes.Config));
        var layer = await repository.PushBlobAsync(Named.Random(64, MediaTypes.Layer));
        await Parallel.ForAsync(0, images, async (image, _) =>
        {
            var manifest = Manifests.Image(config, [layer], annotation: ("number", $"{image}"));
            for (var tag = 0; tag < tagsEach; tag++)
                await repository.PushManifestAsync(manifest, $"i{image}-t{tag}");
        });
    }
}
