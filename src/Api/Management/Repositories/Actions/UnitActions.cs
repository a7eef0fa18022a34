using OrleansRegistry.Repositories;

namespace OrleansRegistry.Management;

/// <summary>Adding and removing content of any kind by its href. Source: Pulp's REST: repository actions.</summary>
internal static class UnitActions
{
    public static IEnumerable<ContentAction> All => [Add, Remove, Modify];

    private static ContentAction Add { get; } = new(
        "add",
        new("RecursiveAdd", BodyFields.Texts("content_units"), BodyFields.Flag("require_manifest"))
        {
            MostBytes = Body.ListBytes,
        },
        async request => new AddContent(
            await ListedAsync(request, "content_units"), request.Values.Get("require_manifest", false)));

    private static ContentAction Remove { get; } = new(
        "remove",
        new("RecursiveRemove", BodyFields.Texts("content_units")) { MostBytes = Body.ListBytes },
        async request => new RemoveContent(await ListedOrAllAsync(request, "content_units")));

    private static ContentAction Modify { get; } = new(
        "modify",
        new(
            "RepositoryAddRemoveContent",
            BodyFields.Texts("add_content_units"),
            BodyFields.Texts("remove_content_units"))
        {
            MostBytes = Body.ListBytes,
        },
        async request => new ModifyContent(
            await ListedOrAllAsync(request, "remove_content_units"),
            await ListedAsync(request, "add_content_units")));

    private static Task<Guid[]> ListedAsync(ActionRequest request, string field) =>
        request.Checks.Units.ReadAsync(field, request.Values.Get<List<string>>(field, []), request.Token);

    private static Task<Guid[]?> ListedOrAllAsync(ActionRequest request, string field) =>
        request.Checks.Units.ReadOrAllAsync(field, request.Values.Get<List<string>>(field, []), request.Token);
}
