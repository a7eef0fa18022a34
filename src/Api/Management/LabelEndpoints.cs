using Microsoft.AspNetCore.Http;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>set_label/</c> and <c>unset_label/</c> on everything that has labels.</summary>
internal static class LabelEndpoints
{
    private static readonly Body SetLabel = new(
        "SetLabel",
        BodyFields.Text("key").Required,
        (BodyFields.Text("value") with { Read = BodyFields.LabelValue }).OrNull);

    private static readonly Body UnsetLabel = new("UnsetLabel", BodyFields.Text("key").Required);

    private static readonly Shape<KeyValuePair<string, string?>> Shape = new(
        "SetLabel",
        CommonFields.Text<KeyValuePair<string, string?>>("key", label => label.Key),
        CommonFields.TextOrNull<KeyValuePair<string, string?>>("value", label => label.Value));

    public static void MapLabels(this OperationMap operations, ResourceKind kind)
    {
        var (prefix, href) = (Address.Operations(kind), Address.Parameter(kind));
        operations.Map(
            Operation.Answering(prefix + "set_label", "POST", href + "set_label/", Shape, 201, SetLabel),
            async (Guid id, HttpContext context, References references, IResourceIndex index, ILabelStore labels,
                CancellationToken cancellationToken) =>
            {
                var values = await ReadAsync(SetLabel, kind, id, context, references, index, cancellationToken);
                var label = KeyValuePair.Create(Key(values), values.Get<string?>("value", null));
                await labels.SetAsync(new(kind, id), label.Key, label.Value, cancellationToken);
                return PulpJson.Answer(Shape.Write(label, context.Request), StatusCodes.Status201Created);
            });
        operations.Map(
            Operation.Answering(prefix + "unset_label", "POST", href + "unset_label/", Shape, 201, UnsetLabel),
            async (Guid id, HttpContext context, References references, IResourceIndex index, ILabelStore labels,
                CancellationToken cancellationToken) =>
            {
                var values = await ReadAsync(UnsetLabel, kind, id, context, references, index, cancellationToken);
                var key = Key(values);
                var (wasSet, said) = await labels.UnsetAsync(new(kind, id), key, cancellationToken);
                return wasSet
                    ? PulpJson.Answer(
                        Shape.Write(KeyValuePair.Create(key, said), context.Request), StatusCodes.Status201Created)
                    : throw RefusedException.Field("key", $"Label '{key}' is not set on the object.");
            });
    }

    private static async Task<BodyValues> ReadAsync(
        Body body, ResourceKind kind, Guid id, HttpContext context, References references, IResourceIndex index,
        CancellationToken cancellationToken)
    {
        var missing = await index.FindMissingAsync([new(kind, id)], cancellationToken);
        return missing.Count == 0
            ? await body.ReadAsync(context.Request, references, cancellationToken)
            : throw new RefusedException(PulpError.NotFound);
    }

    private static string Key(BodyValues values)
    {
        try
        {
            return BodyFields.LabelKey(values.Get("key", ""));
        }
        catch (InvalidValueException invalid)
        {
            throw RefusedException.Field("key", invalid.Message);
        }
    }
}
