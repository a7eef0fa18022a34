using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>skopeo, told to speak plain HTTP and to accept unsigned images.</summary>
internal static class Skopeo
{
    public static Task<string> CopyAsync(string from, string to, params IEnumerable<string> options) =>
        RunAsync("copy", [.. options, "--src-tls-verify=false", "--dest-tls-verify=false", from, to]);

    public static async Task<JsonNode> InspectAsync(string image, params IEnumerable<string> options) =>
        JsonNode.Parse(await RunAsync("inspect", [.. options, "--tls-verify=false", image]))!;

    public static Task<string> RunAsync(string command, params IEnumerable<string> arguments) =>
        Command.RunAsync("skopeo", ["--insecure-policy", command, .. arguments]);

    /// <summary>The reference of an image in a repository.</summary>
    public static string Docker(this TestRepository repository, string reference) =>
        $"docker://{repository.Client.Authority}/{repository.Name}"
        + (reference.Contains(':') ? $"@{reference}" : $":{reference}");
}
