using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Exchange;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>importers/core/pulp/…/imports/</c>: import, list, read, forget. Source: Pulp's REST: imports.</summary>
internal static class ImportEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.Import);
    private static readonly string List = Address.Collection(ResourceKind.Import);
    private const string Path = "path";
    private const string Toc = "toc";
    private const string CreateRepositories = "create_repositories";

    private static readonly Shape<ImportRecord> Shape = new(
        "PulpImport",
        [
            .. CommonFields.Of<ImportRecord>(
                record => ResourceReference.Import(record.Importer, record.Id), record => record.CreatedAt),
            CommonFields.HrefOrNull<ImportRecord>("task", ResourceKind.Task, record => record.Task),
            new("params", Schema.Object, record => JsonNode.Parse(record.Parameters)),
            new("report", Schema.Object, record => JsonNode.Parse(record.Report)),
        ]);

    private static readonly Body Body = new(
        "PulpImport",
        BodyFields.Text(Path, 4096),
        BodyFields.Text(Toc, 4096),
        BodyFields.Flag(CreateRepositories),
        BodyFields.Flag("all_or_nothing"),
        BodyFields.Flag("accept_revocations"),
        BodyFields.Flag("force"));

    public static void MapImports(this OperationMap operations)
    {
        operations.MapList(new ListOf<ImportRecord>(Prefix + "list", List, Shape)
        {
            Before = RequireImporterAsync,
            Within = context => Match.Of("importer", context.RouteId()),
            Least = Role.Admin,
        });
        operations.Map(
            Operation.AsyncGroup(Prefix + "create", "POST", List, Body) with { Least = Role.Admin }, CreateAsync);
        operations.Map(
            Operation.Answering(Prefix + "read", "GET", Address.Parameter(ResourceKind.Import), Shape) with
            {
                Parameters = ListParameters.OfRead(),
                Least = Role.Admin,
            },
            async (Guid id, Guid import, HttpContext context, IListing<ImportRecord> imports,
                CancellationToken cancellationToken) => PulpJson.Answer(
                    Shape.Write(await imports.GetBelowAsync("importer", id, import, cancellationToken), context.Request)));
        operations.Map(
            new(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.Import)) { Answers = Operation.Nothing, Least = Role.Admin },
            async (Guid id, Guid import, IListing<ImportRecord> imports, IImportStore store,
                CancellationToken cancellationToken) =>
            {
                await imports.GetBelowAsync("importer", id, import, cancellationToken);
                return await store.ForgetAsync(import, cancellationToken)
                    ? Results.NoContent()
                    : throw new RefusedException(PulpError.NotFound);
            });
        operations.MapImportCheck();
    }

    private static async Task<IResult> CreateAsync(
        Guid id, HttpContext context, References references, IListing<ImporterRecord> importers, IExchangePaths paths,
        Dispatch dispatch, CancellationToken cancellationToken)
    {
        var importer = await importers.GetAsync(id, cancellationToken);
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        var (path, toc) = (values.Find<string>(Path), values.Find<string>(Toc));
        if (path is null == toc is null)
            throw RefusedException.Field(
                PulpError.WholeObject,
                path is null
                    ? "One of 'path' or 'toc' must be specified."
                    : "Only one of 'path' and 'toc' may be specified.");
        var choices = new ImportChoices(
            values.Get(CreateRepositories, false), values.Get("all_or_nothing", false),
            values.Get("accept_revocations", false), values.Get("force", false));
        if (choices.CreateRepositories && importer.Settings.Mapping.Count > 0)
            throw RefusedException.Field(
                PulpError.WholeObject,
                "The option 'create_repositories' is not compatible with 'repo_mapping': what the importer maps exists "
                + "already. Use another importer, without a mapping.");
        paths.RequireImport(path ?? toc!, path is null ? Toc : Path);
        var arguments = new ImportArguments(
            Guid.CreateVersion7(), id, Guid.CreateVersion7(), values.Sent.ToJsonString(), path, toc, choices);
        await dispatch.BesideAsync(
            ImportTasks.Import(arguments) with { GroupDescription = $"Import of {importer.Settings.Name}" });
        return PulpJson.AcceptedGroup(arguments.Group);
    }

    private static async Task RequireImporterAsync(HttpContext context) =>
        await context.RequestServices.GetRequiredService<IListing<ImporterRecord>>()
            .GetAsync(context.RouteId(), context.RequestAborted);
}
