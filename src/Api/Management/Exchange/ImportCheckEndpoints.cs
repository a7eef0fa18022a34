using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Exchange;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>importers/core/pulp/import-check/</c>: whether an import could begin. Source: Pulp's REST: import-check.</summary>
internal static class ImportCheckEndpoints
{
    private const string Path = "path";
    private const string Toc = "toc";
    private const string Mapping = ImporterBody.Mapping;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    private static readonly string[] Names = [Toc, Path, Mapping];

    private static readonly Body Body = new(
        "PulpImportCheck",
        BodyFields.Text(Path, 4096),
        BodyFields.Text(Toc, 4096),
        BodyFields.Text(Mapping))
    {
        MostBytes = Body.FileBytes,
    };

    public static void MapImportCheck(this OperationMap operations) => operations.Map(
        new("pulp_import_check_post", "POST", Address.Collection(ResourceKind.Importer) + "import-check/")
        {
            Body = Body,
            Answers = new Dictionary<int, JsonObject?> { [200] = Schema.Object },
            Least = Role.Admin,
        },
        CheckAsync);

    private static async Task<IResult> CheckAsync(
        HttpContext context, References references, IExchangePaths paths, IListing<RepositoryRecord> repositories,
        CancellationToken cancellationToken)
    {
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        var answer = new JsonObject();
        foreach (var name in Names)
            if (values.Find<string>(name) is { } text)
            {
                var wrong = name == Mapping
                    ? await WhyNoMappingAsync(text, repositories, cancellationToken)
                    : WhyNoFile(text, name, paths);
                answer[name] = new JsonObject
                {
                    ["context"] = text,
                    ["is_valid"] = wrong is null,
                    ["messages"] = wrong is null ? [] : new JsonArray(wrong),
                };
            }

        return answer.Count > 0
            ? PulpJson.Answer(answer)
            : throw RefusedException.Field(
                PulpError.WholeObject, "One of 'path', 'toc', or 'repo_mapping' must be specified.");
    }

    private static string? WhyNoFile(string path, string field, IExchangePaths paths)
    {
        try
        {
            using var file = File.OpenRead(paths.RequireImport(path, field));
            return null;
        }
        catch (ProblemException problem)
        {
            return problem.Message;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return $"'{path}' exists, but the server may not read it: change who owns it, or its mode.";
        }
    }

    private static async Task<string?> WhyNoMappingAsync(
        string text, IListing<RepositoryRecord> repositories, CancellationToken cancellationToken)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: Strict) ?? throw new JsonException();
            var mapping = (Dictionary<string, string>)BodyFields.Names(Mapping).Read(json)!;
            return await ImporterBody.WhyWrongAsync(mapping, repositories, cancellationToken);
        }
        catch (JsonException)
        {
            return "invalid JSON: write an object of names, each with the name of a repository of this server.";
        }
        catch (InvalidValueException invalid)
        {
            return invalid.Message;
        }
    }
}
