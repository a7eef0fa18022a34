using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Exchange;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>importers/core/pulp/</c>: create, list, read, update, delete. Source: Pulp's REST: importers.</summary>
internal static class ImporterEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.Importer);

    private static readonly Shape<ImporterRecord> Shape = new(
        "PulpImporter",
        [
            .. CommonFields.Of<ImporterRecord>(
                ResourceKind.Importer, record => record.Id, record => record.CreatedAt, record => record.UpdatedAt),
            CommonFields.Text<ImporterRecord>("name", record => record.Settings.Name),
            new(ImporterBody.Mapping, Schema.Object, record => new JsonObject(
                record.Settings.Mapping.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)))),
            new(
                ImporterBody.TrustedKeys, Schema.ListOf(Schema.Text),
                record => PulpJson.Texts(record.Settings.TrustedKeys)),
        ]);

    public static void MapImporters(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.Importer);
        operations.MapResource(ResourceKind.Importer, Shape, Role.Admin);
        operations.Map(
            Operation.Answering(Prefix + "create", "POST", path, Shape, 201, ImporterBody.Body) with
            {
                Least = Role.Admin,
            },
            CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(ImporterBody.Body))
            operations.Map(
                Operation.Updating(Prefix + action, method, Address.Parameter(ResourceKind.Importer), Shape, body) with
                {
                    Least = Role.Admin,
                },
                (Guid id, HttpContext context, References references, IListing<ImporterRecord> importers,
                    IListing<RepositoryRecord> repositories, IBundleTrust trust, Dispatch dispatch,
                    CancellationToken cancellationToken) => UpdateAsync(
                        id, body, context, references, importers, repositories, trust, dispatch, cancellationToken));
        operations.Map(
            Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.Importer)) with { Least = Role.Admin },
            DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IListing<ImporterRecord> importers,
        IListing<RepositoryRecord> repositories, IBundleTrust trust, IImportStore store,
        CancellationToken cancellationToken)
    {
        var values = await ImporterBody.Body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = await ImporterBody.ApplyAsync(values, ImporterBody.New, repositories, trust, cancellationToken);
        var id = await store.CreateAsync(wanted, cancellationToken);
        var created = await importers.GetAsync(id, cancellationToken);
        return Created.At(Address.Href(ResourceKind.Importer, id), Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body body, HttpContext context, References references, IListing<ImporterRecord> importers,
        IListing<RepositoryRecord> repositories, IBundleTrust trust, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        var record = await importers.GetAsync(id, cancellationToken);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = await ImporterBody.ApplyAsync(
            values, body.IsPartial ? record.Settings : ImporterBody.New, repositories, trust, cancellationToken);
        if (wanted.IsSame(record.Settings))
            return PulpJson.Answer(Shape.Write(record, context.Request));
        await Unique.RequireAsync(importers, id, record.Settings.Name, wanted.Name, cancellationToken);
        return await dispatch.UpdateAsync(
            ImporterUpdate.Kind, new ImporterUpdate(id, record.Settings, wanted), ResourceKind.Importer, id);
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, IListing<ImporterRecord> importers, Dispatch dispatch, CancellationToken cancellationToken)
    {
        await importers.GetAsync(id, cancellationToken);
        return await dispatch.ChangeAsync(
            ImporterDeletion.Kind, new ImporterDeletion(id), ResourceKind.Importer, id);
    }
}
