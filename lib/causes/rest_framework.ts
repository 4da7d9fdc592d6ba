/**
 * What Django REST framework says of its views, serializers and routers.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";
import { lineOf } from "./scene.ts";

/** The rules of Django REST framework. */
export const restFramework = (): Rule[] => [
  {
    name: "drf-queryset",
    code: "app-code",
    when: [
      {
        type: "AssertionError",
        message: /^Cannot apply \w+ on a view that does not set `\.queryset`/,
      },
      {
        type: "AssertionError",
        message:
          /^'(\w+)' should either include a `(queryset|serializer_class)` attribute/,
      },
    ],
    claim: ({ groups: [view, what = "queryset"] }) => ({
      says: `A view of REST framework${
        view ? ` (${view})` : ""
      } has no \`${what}\``,
      mend: what === "queryset"
        ? "Write `queryset = Model.objects.all()` into the view, or `get_queryset()`; a view without a model takes other permissions: `permission_classes = [IsAuthenticated]`"
        : "Write `serializer_class = …` into the view, or `get_serializer_class()`",
    }),
    examples: [
      {
        raised:
          "AssertionError: Cannot apply DjangoModelPermissions on a view that does not set `.queryset` or have a `.get_queryset()` method.",
        in: "PACKAGES/rest_framework/permissions.py _queryset",
        failure: { problem: "request-raised" },
        mend: "`queryset =",
      },
      {
        raised:
          "AssertionError: 'ItemView' should either include a `serializer_class` attribute, or override the `get_serializer_class()` method.",
        failure: { problem: "request-raised" },
        mend: "`serializer_class =",
      },
    ],
  },
  {
    name: "drf-answer",
    code: "app-code",
    when: [
      {
        type: "AssertionError",
        message:
          /^Expected a `Response`, `HttpResponse` or [\s\S]*, but received a `<class '([\w.]+)'>`/,
      },
      {
        type: "AssertionError",
        message: /^\.accepted_renderer not set on Response/,
      },
    ],
    claim: ({ groups: [kind] }) =>
      kind === undefined
        ? {
          says:
            "A function that is no view of REST framework returns its `Response`",
          mend:
            'Write `@api_view(["GET"])` above the function; or return `JsonResponse(data)` of Django',
        }
        : {
          says: kind === "NoneType"
            ? "A view of REST framework ends without an answer: it returns None"
            : `A view of REST framework returns a ${kind} in place of an answer`,
          mend:
            "Let each way through it end with `return Response(data)`, also after an `if` and where the data are not valid",
        },
    examples: [
      {
        raised:
          "AssertionError: Expected a `Response`, `HttpResponse` or `StreamingHttpResponse` to be returned from the view, but received a `<class 'NoneType'>`",
        in: "PACKAGES/rest_framework/views.py finalize_response",
        failure: { problem: "request-raised" },
        says: "it returns None",
      },
      {
        raised: "AssertionError: .accepted_renderer not set on Response",
        in: "PACKAGES/rest_framework/response.py rendered_content",
        failure: { problem: "request-raised" },
        mend: "@api_view",
      },
    ],
  },
  {
    name: "drf-hyperlink",
    code: "app-code",
    when: [
      {
        type: "ImproperlyConfigured",
        message:
          /^Could not resolve URL for hyperlinked relationship using view name "([^"]+)"/,
      },
      {
        type: "AssertionError",
        message: /^`\w+` requires the request in the serializer context/,
      },
    ],
    claim: ({ groups: [name] }) =>
      name === undefined
        ? {
          says:
            "A serializer with links of REST framework is made without the request, of which the links are made",
          mend:
            'Write `Serializer(items, many=True, context={"request": request})`',
        }
        : {
          says:
            `A serializer with links of REST framework asks for the address "${name}", and there is none of that name, or it wants other arguments`,
          mend:
            `Register the viewset of that model with the router (\`basename="${
              name.replace(/-\w+$/, "").replace(/^.*:/, "")
            }"\`), or write \`name="${name}"\` at its path; with a namespace, \`view_name="app:${name}"\` in the field; \`lookup_field\` must be the same in both`,
        },
    examples: [{
      raised:
        'django.core.exceptions.ImproperlyConfigured: Could not resolve URL for hyperlinked relationship using view name "item-detail". You may have failed',
      in: "PACKAGES/rest_framework/relations.py to_representation",
      failure: { problem: "request-raised" },
      mend: 'basename="item"',
    }],
  },
  {
    name: "drf-basename",
    code: "app-code",
    when: {
      type: "AssertionError",
      message: /^`base_?name` argument not specified/,
    },
    claim: ({ own }, scene) => {
      const [, head, view] = /(\w+\.register\(\s*[^,]+,\s*([\w.]+))/.exec(
        lineOf(own, scene),
      ) ?? [];
      return {
        says: `A router of REST framework cannot name the addresses of ${
          view ? `\`${view}\`` : "a viewset"
        }, which has no \`queryset\` to take a name from`,
        mend: head
          ? `Write \`${head}, basename="…")\`, with a name of your own`
          : 'Give `basename="…"` to `register()`, or the viewset a `queryset`',
      };
    },
    examples: [{
      raised:
        "AssertionError: `basename` argument not specified, and could not automatically determine the name from the viewset, as it does not have a `.queryset` attribute.",
      in: "PACKAGES/rest_framework/routers.py get_default_basename",
      files: { "APP/app.py": '\n\nr.register("a", views.Items)\n' },
      says: "`views.Items`",
      mend: 'basename="…"',
    }],
  },
];
